"""ERPNext to the cent: the payment ledger when it is landed, else payments and their references, never both."""

from decimal import Decimal
from typing import Any

import pytest

from tests.support.warehouse import Result, Scenario

UPTO = ["int_customer_receivables", "int_document_balances", "int_document_write_offs", "int_row_findings"]
ON, BEFORE = "2026-06-30", "2026-03-31"


def _invoice(number: str, total: str, day: str, **cells: Any) -> dict[str, Any]:
    row = {
        "invoice": number,
        "customer": "CUST-1",
        "posting_date": day,
        "due_date": "2026-02-28",
        "currency": "CNY",
    }
    return {**row, "conversion_rate": "1", "grand_total": total, "is_return": "false", "docstatus": "1",
            "status": "Overdue", **cells}  # fmt: skip


def _payment(name: str, total: str, day: str, **cells: Any) -> dict[str, Any]:
    row = {"payment": name, "payment_type": "Receive", "party_type": "Customer", "party": "CUST-1"}
    return {**row, "posting_date": day, "paid_amount": total, "paid_from_account_currency": "CNY",
            "source_exchange_rate": "1", "docstatus": "1", **cells}  # fmt: skip


def _reference(name: str, payment: str, invoice: str, amount: str) -> dict[str, Any]:
    return {"reference": name, "payment": payment, "reference_doctype": "Sales Invoice",
            "reference_name": invoice, "allocated_amount": amount}  # fmt: skip


def _entry(name: str, voucher: str, against: str, amount: str, day: str, **cells: Any) -> dict[str, Any]:
    kinds = {"INV": "Sales Invoice", "RET": "Sales Invoice", "PAY": "Payment Entry", "JV": "Journal Entry"}
    row = {
        "entry": name,
        "voucher_type": kinds[voucher.split("-")[0]],
        "voucher_no": voucher,
        "party": "CUST-1",
    }
    return {**row, "against_voucher_type": kinds[against.split("-")[0]], "against_voucher_no": against,
            "party_type": "Customer", "account_type": "Receivable", "account_currency": "CNY", "amount": amount,
            "amount_in_account_currency": amount, "posting_date": day, "delinked": "false", **cells}  # fmt: skip


# INV-1 of 1,000.40 with 300.10 paid in March, INV-2 of 500.00 with a return of 120.05; 200.00 of the payment unused.
INVOICES = [
    _invoice("INV-1", "1000.40", "2026-01-10"),
    _invoice("INV-2", "500.00", "2026-02-01"),
    _invoice("INV-3", "77.00", "2026-02-02", docstatus="0", status="Draft"),
    _invoice("INV-4", "88.00", "2026-02-03", docstatus="2", status="Cancelled"),
    _invoice("RET-1", "-120.05", "2026-02-20", is_return="true", return_against="INV-2", status="Return"),
]
PAYMENTS = [
    _payment("PAY-1", "500.10", "2026-03-15", total_allocated_amount="300.10", unallocated_amount="200.00"),
    _payment("PAY-2", "999.00", "2026-03-16", docstatus="2"),
]
REFERENCES = [_reference("r1", "PAY-1", "INV-1", "300.10"), _reference("r2", "PAY-2", "INV-1", "999.00")]
LEDGER = [
    _entry("e1", "INV-1", "INV-1", "1000.40", "2026-01-10"),
    _entry("e2", "INV-2", "INV-2", "500.00", "2026-02-01"),
    _entry("e3", "RET-1", "INV-2", "-120.05", "2026-02-20"),
    _entry("e4", "PAY-1", "INV-1", "-300.10", "2026-03-15"),
    _entry("e5", "PAY-1", "PAY-1", "-200.00", "2026-03-15"),
    _entry("e6", "PAY-2", "INV-1", "-999.00", "2026-03-16", delinked="true"),
    _entry("e7", "PAY-9", "PAY-9", "-55.00", "2026-03-16", account_type="Payable", party_type="Supplier"),
]


def _build(as_of: str = ON, **entities: Any) -> Result:
    entities = {
        "customers": [{"customer": "CUST-1", "customer_name": "Acme", "customer_type": "Company"}],
        **entities,
    }
    return Scenario(as_of=as_of, erpnext=entities).run(UPTO)


def _position(result: Result) -> tuple[Decimal, Decimal]:
    row = result.one("select open_balance, unapplied_credits from intermediate.int_customer_receivables")
    return row["open_balance"], row["unapplied_credits"]


def _balances(result: Result) -> dict[str, Decimal]:
    rows = result.rows(
        "select document_id, balance from intermediate.int_document_balances where balance != 0"
    )
    return {row["document_id"].removeprefix("erpnext:"): row["balance"] for row in rows}


WAYS = {
    "references": {"payment_entries": PAYMENTS, "payment_entry_references": REFERENCES},
    "ledger": {"payment_ledger_entries": LEDGER},
    "both": {
        "payment_entries": PAYMENTS,
        "payment_entry_references": REFERENCES,
        "payment_ledger_entries": LEDGER,
    },
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("as_of", "first", "unapplied"), [("2026-03-14", "1000.40", "0"), ("2026-03-15", "700.30", "200.00")]
)
def test_ledger_and_references_agree_to_the_cent(way: str, as_of: str, first: str, unapplied: str) -> None:
    result = _build(as_of, sales_invoices=INVOICES, **WAYS[way])
    assert _balances(result) == {"INV-1": Decimal(first), "INV-2": Decimal("379.95")}
    assert _position(result) == (Decimal(first) + Decimal("379.95"), Decimal(unapplied))


def test_position_is_the_sum_of_the_ledger() -> None:
    entries = [
        *LEDGER,
        _entry("e8", "JV-1", "JV-1", "400.00", "2026-01-01", due_date="2026-01-31"),
        _entry("e9", "PAY-3", "JV-1", "-150.25", "2026-04-01"),
        _entry("e10", "JV-2", "INV-1", "-10.30", "2026-05-01"),
        _entry("e11", "JV-3", "INV-2", "-79.95", "2026-05-02"),
    ]
    journals = [
        {"journal": "JV-3", "voucher_type": "Write Off Entry"},
        {"journal": "JV-2", "voucher_type": "Bank Entry"},
    ]
    result = _build(sales_invoices=INVOICES, payment_ledger_entries=entries, journal_entries=journals)
    assert _balances(result) == {
        "INV-1": Decimal("690.00"), "INV-2": Decimal("300.00"), "JV-1:CUST-1:CNY": Decimal("249.75")
    }  # fmt: skip
    owed, unapplied = _position(result)
    assert owed - unapplied == sum(
        Decimal(row["amount"])
        for row in entries
        if row["delinked"] == "false" and row["party_type"] == "Customer"
    )
    assert result.rows("select document_id, amount from intermediate.int_write_offs") == [
        {"document_id": "erpnext:INV-2", "amount": Decimal("79.95")}
    ]


def test_a_return_that_keeps_its_own_balance() -> None:
    kept = {**INVOICES[-1], "update_outstanding_for_self": "true"}
    result = _build(sales_invoices=[INVOICES[1], kept])
    assert _balances(result) == {"INV-2": Decimal("500.00"), "credit_note:RET-1": Decimal("-120.05")}
    ledger = [LEDGER[1], _entry("e3", "RET-1", "RET-1", "-120.05", "2026-02-20")]
    result = _build(sales_invoices=[INVOICES[1], INVOICES[-1]], payment_ledger_entries=ledger)
    assert _balances(result) == {"INV-2": Decimal("500.00"), "credit_note:RET-1": Decimal("-120.05")}


def test_what_an_invoice_settles_by_itself() -> None:
    till = _invoice("INV-8", "100.00", "2026-03-01", is_pos="true", paid_amount="100.00", change_amount="5.00",
                    write_off_amount="5.00")  # fmt: skip
    result = _build(sales_invoices=[till])
    assert _balances(result) == {}
    write_off = result.one("select document_id, write_off_date, amount from intermediate.int_write_offs")
    assert (write_off["document_id"], write_off["amount"]) == ("erpnext:INV-8", Decimal("5.00"))


def test_a_rounded_total_is_what_is_owed() -> None:
    rounded = _invoice("INV-5", "99.60", "2026-01-10", rounded_total="100.00")
    plain = _invoice("INV-6", "99.60", "2026-01-10", rounded_total="0")
    assert _balances(_build(sales_invoices=[rounded, plain])) == {"INV-5": 100, "INV-6": Decimal("99.60")}


def test_money_paid_back_and_deductions() -> None:
    payments = [
        _payment("PAY-1", "98.00", "2026-03-01", total_allocated_amount="100.00", unallocated_amount="0"),
        _payment("PAY-2", "50.00", "2026-03-02"),
        _payment(
            "PAY-3",
            "20.00",
            "2026-03-03",
            payment_type="Pay",
            received_amount="20.00",
            paid_to_account_currency="CNY",
        ),
    ]
    references = [_reference("r1", "PAY-1", "INV-1", "100.00")]
    result = _build(sales_invoices=[_invoice("INV-1", "100.00", "2026-01-10")], payment_entries=payments,
                    payment_entry_references=references)  # fmt: skip
    assert _balances(result) == {}
    assert _position(result) == (0, Decimal("30.00"))


def test_a_foreign_invoice_in_an_account_of_the_company() -> None:
    invoice = _invoice("INV-1", "100.00", "2026-01-10", currency="USD", conversion_rate="7.10")
    ledger = [
        _entry("e1", "INV-1", "INV-1", "710.00", "2026-01-10"),
        _entry("e2", "PAY-1", "INV-1", "-355.00", "2026-03-01"),
    ]
    result = _build(sales_invoices=[invoice], payment_ledger_entries=ledger)
    assert _balances(result) == {"INV-1": Decimal("50.00")}
    assert _position(result) == (Decimal("355.00"), 0)


def test_a_state_nobody_knows_is_told() -> None:
    result = _build(sales_invoices=[_invoice("INV-1", "10.00", "2026-01-10", docstatus=None, status="Odd")])
    assert _balances(result) == {}
    finding = result.one("select entity, column_name, reason_code, severity from intermediate.int_row_findings"
                         " where reason_code = 'unmapped_value'")  # fmt: skip
    assert list(finding.values()) == ["sales_invoices", "status", "unmapped_value", "critical"]


def test_limits_letters_and_points() -> None:
    result = Scenario(
        erpnext={
            "customers": [{"customer": "CUST-1", "customer_name": "Acme", "customer_type": "Company"}],
            "customer_credit_limits": [
                {"customer": "CUST-1", "company": "A", "credit_limit": "1000"},
                {"customer": "CUST-1", "company": "B", "credit_limit": "500"},
                {"customer": "CUST-1", "company": "C", "credit_limit": "0"},
            ],
            "sales_invoices": [_invoice("INV-1", "10.00", "2026-01-10")],
            "dunnings": [
                {"dunning": "D-1", "customer": "CUST-1", "posting_date": "2026-04-01", "sales_invoice": "INV-1",
                 "docstatus": "1", "status": "Unresolved"},
                {"dunning": "D-2", "customer": "CUST-1", "posting_date": "2026-04-02", "docstatus": "0",
                 "status": "Draft"},
            ],
            "loyalty_point_entries": [
                {"entry": "L1", "customer": "CUST-1", "loyalty_points": "120", "posting_date": "2026-04-01"},
                {"entry": "L2", "customer": "CUST-1", "loyalty_points": "-20", "posting_date": "2026-05-01",
                 "redeem_against": "L1"},
                {"entry": "L3", "customer": "CUST-1", "loyalty_points": "-5", "posting_date": "2026-05-02"},
            ],
        }
    ).run(["int_customers", "int_collection_actions", "int_loyalty_entries"])  # fmt: skip
    assert result.value("select credit_limit from intermediate.int_customers") == 1500
    letter = result.one("select action_type, document_id from intermediate.int_collection_actions")
    assert letter == {"action_type": "letter", "document_id": "erpnext:INV-1"}
    points = result.rows("select entry_type, points from intermediate.int_loyalty_entries order by entry_id")
    assert [tuple(row.values()) for row in points] == [("earned", 120), ("redeemed", 20), ("adjusted", -5)]
