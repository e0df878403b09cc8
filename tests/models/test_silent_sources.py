"""A source that invoices and delivers no payment: what it reports counts, what nobody knows is no habit."""

from decimal import Decimal
from typing import Any

import pytest

from tests.support.records import allocation, invoice, receipt
from tests.support.warehouse import Result, Scenario

BOOKS = {
    "invoice_date": "2026-01-05", "due_date": "2026-02-04", "customer_id": "7", "currency": "CNY",
    "exchange_rate": "1", "total": "1000", "status": "Overdue",
}  # fmt: skip
CONTACTS = [{"contact_id": "7", "display_name": "Seven", "contact_type": "customer"}]
CUSTOMERS = [{"customer_id": "A"}]
MODELS = [
    "int_factor_points",
    "int_hard_rule_hits",
    "int_customer_receivables",
    "int_row_findings",
    "int_document_faults",
]
HABITS = ("late_share", "days_beyond_terms")


def books(*balances: str | None, **entities: Any) -> Result:
    """Zoho Books invoices of 1000 each, with the balance that the system reports."""
    invoices = [
        {
            **BOOKS,
            "invoice_id": f"46000000000000{place}",
            "invoice_number": f"INV-{place}",
            "balance": balance,
        }
        for place, balance in enumerate(balances, 1)
    ]
    return Scenario(zoho_books={"contacts": CONTACTS, "invoices": invoices, **entities}).run(MODELS)


def balances(result: Result) -> list[Decimal]:
    rows = result.rows("select balance from intermediate.int_document_balances order by document_id")
    return [row["balance"] for row in rows]


def factors(result: Result) -> dict[str, str]:
    rows = result.rows(
        "select factor_id, status from intermediate.int_factor_points where dimension = 'credit'"
    )
    return {row["factor_id"]: row["status"] for row in rows}


def findings(result: Result) -> list[str]:
    rows = result.rows("select reason_code from intermediate.int_row_findings order by all")
    return [row["reason_code"] for row in rows]


def test_without_payments_a_balance_is_what_the_system_reports() -> None:
    result = books("0", "250", "1000", None)
    assert balances(result) == [0, 250, 1000, 1000]
    assert result.value("select overdue_balance from intermediate.int_customer_receivables") == 2250
    assert findings(result) == ["payments_missing"]


def test_what_is_paid_by_the_report_is_no_default() -> None:
    result = books("0", "0")
    assert result.rows("from intermediate.int_hard_rule_hits") == []
    assert factors(result)["oldest_dpd"] == "scored"


def test_what_a_credit_note_settled_is_not_settled_again() -> None:
    note = {
        "credit_note_id": "9", "credit_note_number": "CN-1", "credit_note_date": "2026-03-01", "customer_id": "7",
        "currency": "CNY", "exchange_rate": "1", "total": "400", "status": "Closed", "invoice_number": "INV-1",
        "balance": "0",
    }  # fmt: skip
    result = books("100", credit_notes=[note])
    assert balances(result)[0] == 100
    assert "overapplied_document" not in findings(result)


def test_nothing_is_known_of_a_paying_habit() -> None:
    result = books("0", "1000")
    assert [factors(result)[name] for name in HABITS] == ["insufficient_data"] * 2
    behaviour = result.rows("from intermediate.int_customer_payment_behaviour")
    assert behaviour == []


def test_one_payment_of_the_source_and_its_reports_are_not_asked() -> None:
    payment = {
        "payment_id": "55", "customer_id": "7", "payment_date": "2026-06-10", "currency": "CNY",
        "exchange_rate": "1", "amount": "300", "payment_status": "Paid", "invoice_payment_id": "1",
        "amount_applied": "300", "invoice_number": "INV-1",
    }  # fmt: skip
    result = books("0", "0", customer_payments=[payment])
    assert balances(result) == [700, 1000]
    assert [factors(result)[name] for name in HABITS] == ["scored"] * 2
    assert findings(result) == []


def test_what_was_applied_is_not_settled_again_though_its_payment_is_missing() -> None:
    files = {
        "customers": CUSTOMERS,
        "invoices": [invoice("1", 1000, "2026-01-05", "2026-02-04", reported_balance=0)],
        "receipt_allocations": [allocation("gone", "1", 600, "2026-02-04")],
    }
    result = Scenario(files=files).run(MODELS)
    assert balances(result) == [400]
    assert findings(result) == ["orphan_allocation"]


def test_open_items_without_a_report_stay_open() -> None:
    files = {"customers": CUSTOMERS, "invoices": [invoice("1", 1000, "2026-01-05", "2026-02-04")]}
    result = Scenario(files=files).run(MODELS)
    assert balances(result) == [1000]
    assert result.value("select hard_rule from intermediate.int_hard_rule_hits") == "default_90"
    assert [factors(result)[name] for name in HABITS] == ["insufficient_data"] * 2
    assert findings(result) == ["payments_missing"]


@pytest.mark.parametrize(("paid", "status"), [(True, "scored"), (False, "insufficient_data")])
def test_a_silent_source_says_nothing_against_one_that_tells(paid: bool, status: str) -> None:
    key_map = [
        {"source_system": "zoho_books", "source_customer_id": "7", "target_system": "files"}
        | {"target_customer_id": "A"}
    ]
    files: dict[str, Any] = {
        "customers": CUSTOMERS,
        "invoices": [invoice("1", 100, "2026-01-05", "2026-02-04")],
    }
    if paid:
        files |= {
            "receipts": [receipt("r", 100, "2026-02-04")],
            "receipt_allocations": [allocation("r", "1", 100, "2026-02-04")],
        }
    invoices = [{**BOOKS, "invoice_id": "4600000000000001", "invoice_number": "INV-1", "balance": "1000"}]
    result = Scenario(
        files=files,
        zoho_books={"contacts": CONTACTS, "invoices": invoices},
        rules={"customer_key_map": key_map},
    ).run(MODELS)
    assert factors(result)["late_share"] == status
    late = result.rows(
        "select late_documents, matured_documents from intermediate.int_customer_payment_behaviour"
    )
    assert [tuple(row.values()) for row in late] == ([(0, 1)] if paid else [])
