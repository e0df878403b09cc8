"""What was given up as lost: whose it is, what it lowers and from which day."""

from decimal import Decimal

import pytest

from tests.support.records import allocation, invoice, receipt, write_off
from tests.support.warehouse import Result, Scenario

CUSTOMERS = [{"customer_id": "A"}, {"customer_id": "B"}]
RATES = [{"currency": "USD", "rate_date": "2026-01-01", "rate_to_base": "7"}]


def _build(*write_offs, upto="int_document_write_offs", as_of="2026-06-30", **files) -> Result:
    files = {"customers": CUSTOMERS, "write_offs": list(write_offs)} | files
    return Scenario(as_of=as_of, files=files, rules={"exchange_rates": RATES}).run(upto=upto)


def _write_offs(result: Result) -> list[tuple]:
    rows = result.rows("select * from intermediate.int_document_write_offs order by write_off_id")
    return [(row["applied_document_id"], row["settled_amount"], str(row["applied_date"])) for row in rows]


def test_a_write_off_counts_against_its_invoice_from_its_own_day_on() -> None:
    result = _build(
        write_off("w", 40, "2026-05-01", invoice_id="1"), invoices=[invoice("1", 100, "2026-01-01")]
    )
    assert _write_offs(result) == [("files:1", 40, "2026-05-01")]


def test_a_write_off_waits_for_its_invoice() -> None:
    result = _build(
        write_off("w", 40, "2025-12-01", invoice_id="1"), invoices=[invoice("1", 100, "2026-01-01")]
    )
    assert _write_offs(result) == [("files:1", 40, "2026-01-01")]


def test_a_write_off_in_another_currency_lowers_the_invoice_in_the_invoices() -> None:
    result = _build(
        write_off("w", 70, "2026-05-01", invoice_id="1"),
        write_off("x", 10, "2026-05-01", currency="USD"),
        invoices=[invoice("1", 100, "2026-01-01", currency="USD")],
    )
    assert _write_offs(result) == [("files:1", 10, "2026-05-01"), (None, None, "None")]
    assert [row["amount_base"] for row in result.rows("from intermediate.int_document_write_offs")] == [
        70,
        70,
    ]


def test_the_invoice_says_whose_loss_it_is_and_one_of_nobody_is_left_out() -> None:
    result = _build(
        write_off("w", 40, "2026-05-01", invoice_id="1", customer_id="gone"),
        write_off("x", 40, "2026-05-01", customer_id="gone"),
        invoices=[invoice("1", 100, "2026-01-01")],
    )
    owner = result.value("select customer_key from intermediate.int_invoices")
    assert [row["customer_key"] for row in result.rows("from intermediate.int_document_write_offs")] == [
        owner
    ]


def test_a_write_off_without_a_rate_has_no_base_amount() -> None:
    [row] = _build(write_off("w", 10, "2025-12-31", currency="USD")).rows(
        "from intermediate.int_document_write_offs"
    )
    assert (row["amount"], row["amount_base"]) == (Decimal(10), None)


def _customer(*write_offs, **files) -> dict:
    models = ["int_customer_receivables", "int_receivable_events", "int_customer_ageing"]
    result = _build(*write_offs, upto=models, **files)
    events = "select sum(amount) from intermediate.int_receivable_events where event_date <= '2026-06-30'"
    owed = "select sum(balance) from intermediate.int_document_balances"
    assert (
        result.value(events)
        == result.value(owed)
        == result.value(owed.replace("document_balances", "customer_ageing"))
    )
    sql = "from intermediate.int_customer_receivables where customer_key = (select min(customer_key) from"
    return result.one(f"{sql} intermediate.int_invoices)")


OVERDUE = {
    "invoices": [
        invoice("1", 1000, "2026-01-01", "2026-02-01"),
        invoice("2", 500, "2026-06-01", "2026-07-31"),
    ]
}


def test_balance_overdue_and_exposure_fall_by_what_is_written_off() -> None:
    before = _customer(**OVERDUE)
    assert (before["open_balance"], before["overdue_balance"], before["exposure"]) == (1500, 1000, 1500)
    part = _customer(write_off("w", 400, "2026-06-30", invoice_id="1"), **OVERDUE)
    assert (part["open_balance"], part["overdue_balance"], part["exposure"]) == (1100, 600, 1100)
    assert part["oldest_dpd"] == before["oldest_dpd"] == 149
    whole = _customer(write_off("w", 1000, "2026-06-30", invoice_id="1"), **OVERDUE)
    assert (whole["open_balance"], whole["overdue_balance"], whole["exposure"]) == (500, 0, 500)
    assert whole["oldest_dpd"] == 0


def test_a_write_off_of_tomorrow_is_owed_today() -> None:
    assert _customer(write_off("w", 400, "2026-07-01", invoice_id="1"), **OVERDUE)["exposure"] == 1500


def test_a_write_off_without_a_known_invoice_lowers_the_customer_not_its_overdue_invoices() -> None:
    for named in (None, "gone"):
        customer = _customer(write_off("w", 400, "2026-06-01", invoice_id=named), **OVERDUE)
        assert (customer["open_balance"], customer["exposure"], customer["ageing_credit"]) == (
            1100,
            1100,
            -400,
        )
        assert (customer["overdue_balance"], customer["open_receivables"]) == (1000, 1500)


def test_money_that_comes_after_all_is_a_credit() -> None:
    customer = _customer(
        write_off("w", 1000, "2026-05-01", invoice_id="1"),
        receipts=[receipt("r", 300, "2026-06-01")],
        receipt_allocations=[allocation("r", "1", 300, "2026-06-01")],
        **OVERDUE,
    )
    assert (customer["open_balance"], customer["exposure"]) == (200, 200)


@pytest.mark.parametrize("given_up", ["2026-01-15", "2026-02-01", "2026-05-01"])
def test_what_was_given_up_was_paid_late_and_never_early(given_up: str) -> None:
    result = _build(write_off("w", 1000, given_up, invoice_id="1"), upto="int_document_balances", **OVERDUE)
    row = result.one("from intermediate.int_document_balances where document_id = 'files:1'")
    assert (row["balance"], row["is_late"], row["days_early_amount_base"]) == (0, True, 0)
    assert row["days_late_amount_base"] >= 1000


def test_a_write_off_is_no_purchase_and_no_return() -> None:
    sql = "select sum(purchases), sum(revenue_base) from intermediate.int_purchase_days"
    written_off = _build(write_off("w", 400, "2026-06-01"), upto="int_purchase_days", **OVERDUE)
    assert written_off.rows(sql) == _build(upto="int_purchase_days", **OVERDUE).rows(sql)
