"""Balances, ageing and lateness of documents as of a date."""

import datetime
from decimal import Decimal

import pytest

from tests.support.records import allocation, credit_note, invoice, receipt
from tests.support.warehouse import Result, Scenario

AS_OF = datetime.date(2026, 6, 30)
BALANCES = "select * from intermediate.int_document_balances order by document_id"
RECEIVABLES = "select * from intermediate.int_customer_receivables"
FINDINGS = (
    "select reason_code, severity, record_file, record_line from intermediate.int_row_findings order by 1"
)


def _build(*, upto: list[str] | None = None, rules=None, **files) -> Result:
    scenario = Scenario(as_of=str(AS_OF), files=files, rules=rules or {})
    return scenario.run(upto or ["int_customer_receivables", "int_customer_ageing", "int_row_findings"])


EDGES = [
    (-10, "current"), (0, "current"), (1, "1_30"), (30, "1_30"), (31, "31_60"), (60, "31_60"), (61, "61_90"),
    (90, "61_90"), (91, "91_120"), (120, "91_120"), (121, "over_120"), (900, "over_120"),
]  # fmt: skip


@pytest.mark.rules("ageing_buckets", "current", "1_30", "31_60", "61_90", "91_120", "over_120")
def test_each_side_of_each_bucket_edge_falls_into_its_bucket() -> None:
    invoices = [
        invoice(f"{number:02}", 10, AS_OF - datetime.timedelta(1000), AS_OF - datetime.timedelta(days))
        for number, (days, _) in enumerate(EDGES)
    ]
    found = _build(upto=["int_document_balances"], invoices=invoices).rows(BALANCES)
    assert [(row["dpd"], row["ageing_bucket"]) for row in found] == EDGES


def test_due_date_falls_back_to_own_terms_then_customer_terms_then_issue_date() -> None:
    terms = [{"customer_id": "B", "terms_days": 45}]
    invoices = [
        invoice("1", 10, "2026-05-01", "2026-05-20", terms_days=30),
        invoice("2", 10, "2026-05-01", terms_days=30),
        invoice("3", 10, "2026-05-01", customer_id="B"),
        invoice("4", 10, "2026-05-01"),
    ]
    found = _build(upto=["int_invoices"], invoices=invoices, credit_terms=terms).rows(
        "select due_date, is_due_date_defaulted from intermediate.int_invoices order by document_id"
    )
    days = [
        datetime.date(2026, 5, 20),
        datetime.date(2026, 5, 31),
        datetime.date(2026, 6, 15),
        datetime.date(2026, 5, 1),
    ]
    assert [row["due_date"] for row in found] == days
    assert [row["is_due_date_defaulted"] for row in found] == [False, True, True, True]


def test_partial_payments_count_each_by_its_own_delay() -> None:
    found = _build(
        invoices=[invoice("1", 100, "2026-04-01", "2026-05-01")],
        receipts=[receipt("r", 30, "2026-04-25"), receipt("s", 50, "2026-05-11")],
        receipt_allocations=[allocation("r", "1", 30, "2026-04-25"), allocation("s", "1", 50, "2026-05-11")],
    ).one(BALANCES)
    assert (found["balance"], found["is_late"], found["settled_date"]) == (Decimal("20.00"), True, None)
    assert found["days_late_amount_base"] == 50 * 10 + 20 * 60  # paid part 10 days, open part 60 so far
    assert found["days_early_amount_base"] == -30 * 6


@pytest.mark.parametrize(("paid_on", "balance"), [("2026-06-30", 0), ("2026-07-01", 100)])
def test_a_payment_counts_from_the_day_it_is_applied(paid_on: str, balance: int) -> None:
    result = _build(
        invoices=[invoice("1", 100, "2026-05-01", "2026-06-01")],
        receipts=[receipt("r", 100, "2026-06-15")],
        receipt_allocations=[allocation("r", "1", 100, paid_on)],
    )
    assert result.one(BALANCES)["balance"] == balance
    assert result.one(RECEIVABLES)["unapplied_credits"] == balance  # received before it was applied
    assert result.one(RECEIVABLES)["exposure"] == 0


def test_an_application_dated_before_its_invoice_waits_for_the_invoice() -> None:
    result = _build(
        invoices=[invoice("1", 100, "2026-07-05", "2026-08-05")],
        receipts=[receipt("r", 100, "2026-06-01")],
        receipt_allocations=[allocation("r", "1", 100, "2026-06-01")],
    )
    assert result.rows(BALANCES) == []
    assert result.one(RECEIVABLES)["unapplied_credits"] == 100


@pytest.mark.rules("ageing_buckets", "credit")
def test_an_overpaid_invoice_is_a_credit_and_never_overdue() -> None:
    result = _build(
        invoices=[invoice("1", 100, "2025-01-01", "2025-02-01")],
        receipts=[receipt("r", 130, "2025-01-20")],
        receipt_allocations=[allocation("r", "1", 130, "2025-01-20")],
    )
    document = result.one(BALANCES)
    assert (document["balance"], document["ageing_bucket"], document["dpd"]) == (-30, "credit", None)
    assert not document["is_late"]
    customer = result.one(RECEIVABLES)
    assert (customer["open_balance"], customer["overdue_balance"], customer["unapplied_credits"]) == (
        -30,
        0,
        30,
    )
    assert customer["overdue_rate"] is None
    assert {row["reason_code"] for row in result.rows(FINDINGS)} == {
        "orphan_customer",
        "overapplied_document",
    }


def test_a_credit_note_counts_against_the_invoice_it_names() -> None:
    result = _build(
        invoices=[invoice("1", 100, "2026-01-01", "2026-02-01")],
        credit_notes=[
            credit_note("1", 40, "2026-03-01", invoice_id="1"),
            credit_note("2", 5, "2026-03-01"),
            credit_note("3", 7, "2026-03-01", invoice_id="gone"),
        ],
    )
    balances = {row["document_id"]: row["balance"] for row in result.rows(BALANCES)}
    assert balances == {
        "files:1": 60, "files:credit_note:1": 0, "files:credit_note:2": -5, "files:credit_note:3": -7,
    }  # fmt: skip
    assert "orphan_credit_note" in {row["reason_code"] for row in result.rows(FINDINGS)}


def test_a_receipt_for_an_unknown_invoice_stays_unapplied_and_is_listed() -> None:
    result = _build(
        customers=[{"customer_id": "A", "customer_name": "Alpha"}],
        receipts=[receipt("r", 80, "2026-06-01")],
        receipt_allocations=[allocation("r", "gone", 80, "2026-06-01", currency="CNY")],
    )
    assert result.one(RECEIVABLES)["unapplied_credits"] == 80
    assert result.rows(FINDINGS) == [
        {
            "reason_code": "orphan_receipt",
            "severity": "warning",
            "record_file": "receipt_allocations.csv",
            "record_line": 2,
        }
    ]


def test_drafts_and_voids_are_no_claims() -> None:
    rows = [invoice("1", 10, "2026-01-01", status="draft"), invoice("2", 10, "2026-01-01", status="void")]
    assert _build(invoices=rows).rows(BALANCES) == []


def test_base_amounts_take_the_document_rate_then_the_rate_of_its_date() -> None:
    rates = [
        {"currency": "USD", "rate_date": "2026-01-01", "rate_to_base": "7.0"},
        {"currency": "USD", "rate_date": "2026-02-01", "rate_to_base": "7.5"},
    ]
    invoices = [
        invoice("1", 100, "2026-01-31", currency="USD"),
        invoice("2", 100, "2026-02-01", currency="USD"),
        invoice("3", 100, "2026-02-01", currency="USD", exchange_rate="6.9"),
        invoice("4", 100, "2025-12-31", currency="USD"),
        invoice("5", 100, "2026-02-01", exchange_rate="2"),
    ]
    result = _build(invoices=invoices, rules={"exchange_rates": rates})
    assert [row["amount_base"] for row in result.rows(BALANCES)] == [700, 750, 690, None, 100]
    findings = [row for row in result.rows(FINDINGS) if row["reason_code"] == "missing_exchange_rate"]
    assert [(row["severity"], row["record_line"]) for row in findings] == [("critical", 5)]


def test_money_of_another_currency_settles_over_both_rates() -> None:
    result = _build(
        invoices=[invoice("1", 700, "2026-01-01", "2026-02-01")],
        receipts=[receipt("r", 100, "2026-01-15", currency="USD", exchange_rate="7")],
        receipt_allocations=[allocation("r", "1", 100, "2026-01-15", currency="USD")],
    )
    assert result.one(BALANCES)["balance"] == 0
    assert result.one(RECEIVABLES)["unapplied_credits"] == 0


@pytest.mark.rules("model_parameters", "materiality_amount")
@pytest.mark.parametrize(
    ("amounts", "oldest"),
    [([(100, 200)], 0), ([("100.01", 200)], 200), ([(60, 200), (60, 95)], 95), ([(60, 200), (40, 95)], 0)],
)
def test_oldest_dpd_is_what_more_than_the_material_amount_has_reached(amounts: list, oldest: int) -> None:
    invoices = [
        invoice(str(number), amount, "2025-01-01", AS_OF - datetime.timedelta(days))
        for number, (amount, days) in enumerate(amounts)
    ]
    customer = _build(invoices=invoices).one(RECEIVABLES)
    assert customer["oldest_dpd"] == oldest
    assert customer["is_default"] is (oldest >= 90)


@pytest.mark.parametrize(
    ("limit", "utilisation", "headroom"), [(200, 0.5, 100), (0, None, -100), (None, None, None)]
)
def test_utilisation_is_null_without_a_limit(limit, utilisation, headroom) -> None:
    terms = [{"customer_id": "A", "credit_limit": limit, "currency": "CNY", "valid_from": "2026-01-01"}]
    result = _build(invoices=[invoice("1", 100, "2026-06-01", "2026-07-01")], credit_terms=terms)
    customer = result.one(RECEIVABLES)
    assert (customer["utilisation"], customer["headroom"]) == (utilisation, headroom)
    assert customer["overdue_rate"] == 0


def test_a_foreign_document_of_a_hundred_million_fits() -> None:
    large = {"currency": "USD", "exchange_rate": "7.31060000"}
    found = _build(
        upto=["int_document_balances", "int_customer_unapplied_receipts", "int_receivable_events"],
        invoices=[invoice("1", "987654321.01", "2024-05-01", "2024-06-01", **large)],
        receipts=[receipt("r", "987654321.01", "2026-06-01", **large)],
        receipt_allocations=[allocation("r", "1", "1.01", "2026-06-01")],
    )
    assert found.one(BALANCES)["balance_base"] == Decimal("7220345671.79")
    assert found.value("select sum(amount_base) from intermediate.int_receivable_events") == Decimal(
        "7220345671.792"
    )
    unapplied = found.one("select * from intermediate.int_customer_unapplied_receipts")
    assert unapplied["unapplied_amount_base"] == Decimal("7220345671.79")
