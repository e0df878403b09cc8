"""What is at stake with a customer: open items, orders on the way to being receivables, less money in hand."""

from decimal import Decimal
from typing import Any

import pytest

from tests.support.records import invoice, order, receipt
from tests.support.warehouse import Result, Scenario

CUSTOMERS = [{"customer_id": "A"}]
RATES = [
    {"currency": "USD", "rate_date": "2026-01-01", "rate_to_base": "7"},
    {"currency": "USD", "rate_date": "2026-06-01", "rate_to_base": "8"},
]
PARTS = "select part, amount_base from intermediate.int_exposure_parts order by part"


def _build(*orders, as_of: str = "2026-06-30", rules=None, upto=None, **files) -> Result:
    files = {"customers": CUSTOMERS, "orders": list(orders)} | files
    return Scenario(as_of=as_of, files=files, rules={"exchange_rates": RATES} | (rules or {})).run(
        upto or ["int_customer_receivables"]
    )


def _parts(result: Result) -> dict[str, Decimal]:
    return {row["part"]: row["amount_base"] for row in result.rows(PARTS)}


def _exposure(result: Result) -> Decimal:
    return result.value("select exposure from intermediate.int_customer_receivables")


def test_exposure_is_open_items_and_open_orders_less_money_in_hand() -> None:
    result = _build(
        order("o", 1000, "2026-06-01", delivered_amount=600, invoiced_amount=250),
        invoices=[invoice("1", 250, "2026-06-10", "2026-07-10")],
        receipts=[receipt("r", 90, "2026-06-20")],
    )
    parts = {
        "open_receivables": 250,
        "unapplied_credits": 90,
        "unbilled_orders": 350,
        "undelivered_orders": 400,
    }
    assert _parts(result) == parts
    assert _exposure(result) == 250 - 90 + 350 + 400


@pytest.mark.parametrize(
    ("delivered", "invoiced", "unbilled", "undelivered"),
    [
        (0, 0, 0, 100),
        (60, 0, 60, 40),
        (60, 40, 20, 40),
        (40, 60, 0, 40),  # invoiced before delivery: the 20 are a receivable already
        (100, 100, 0, 0),
        (120, 0, 100, 0),  # more delivered than ordered is still one order
        (0, 120, 0, 0),
        (None, None, 0, 100),
    ],
)
def test_no_part_of_an_order_counts_twice(delivered, invoiced, unbilled: int, undelivered: int) -> None:
    parts = _parts(
        _build(order("o", 100, "2026-06-01", delivered_amount=delivered, invoiced_amount=invoiced))
    )
    assert (parts.get("unbilled_orders", 0), parts.get("undelivered_orders", 0)) == (unbilled, undelivered)
    assert unbilled + undelivered == max(100 - min(invoiced or 0, 100), 0)


@pytest.mark.parametrize(
    ("day", "unbilled", "undelivered"), [("2026-06-30", 100, 0), ("2026-07-01", 0, 100), (None, 0, 100)]
)
def test_a_delivery_counts_from_its_day(day: str | None, unbilled: int, undelivered: int) -> None:
    parts = _parts(_build(order("o", 100, "2026-06-01", delivered_date=day)))
    assert (parts.get("unbilled_orders", 0), parts.get("undelivered_orders", 0)) == (unbilled, undelivered)


BILLED_LATER = [
    ("2026-06-30", {}, {"unbilled_orders": 100}),
    ("2026-07-05", {}, {"open_receivables": 100}),
    ("2026-06-30", {"status": "closed"}, {"unbilled_orders": 100}),
    ("2026-07-05", {"status": "closed"}, {"open_receivables": 100}),
    ("2026-06-30", {"status": "closed", "closed_date": "2026-06-20"}, {}),
    ("2026-06-30", {"delivered_date": "2026-07-02"}, {"undelivered_orders": 100}),
]


@pytest.mark.parametrize(("as_of", "cells", "parts"), BILLED_LATER)
def test_an_order_counts_until_its_invoice_whatever_its_record_says_today(
    as_of: str, cells: dict[str, Any], parts: dict[str, int]
) -> None:
    told = order("o", 100, "2026-06-01", **{"delivered_date": "2026-06-10", "invoiced_amount": 100} | cells)
    assert _parts(_build(told, as_of=as_of, invoices=[invoice("1", 100, "2026-07-05")])) == parts


def test_an_order_of_somebody_whose_invoices_nobody_delivered_is_what_its_record_says() -> None:
    assert _parts(_build(order("o", 100, "2026-06-01", invoiced_amount=100))) == {}


OPEN_AND_CLOSED = [
    ({"status": "open"}, True),
    ({"status": "closed"}, False),
    ({"status": "draft"}, False),
    ({"status": "void"}, False),
    ({"status": "closed", "closed_date": "2026-06-30"}, False),
    ({"status": "closed", "closed_date": "2026-07-01"}, True),
    # closed and opened again: in every form in which a source may say so
    ({"status": "open", "closed_date": "2026-06-10", "reopened_date": "2026-06-20"}, True),
    ({"status": "closed", "closed_date": "2026-06-10", "reopened_date": "2026-06-20"}, True),
    ({"status": "closed", "closed_date": "2026-06-10", "reopened_date": "2026-06-10"}, True),
    ({"status": "open", "closed_date": "2026-06-10"}, True),
    ({"status": "closed", "reopened_date": "2026-06-20"}, True),
    # reopened only after the day measured, or closed again
    ({"status": "open", "closed_date": "2026-06-10", "reopened_date": "2026-07-01"}, False),
    ({"status": "closed", "closed_date": "2026-06-20", "reopened_date": "2026-06-10"}, False),
]


@pytest.mark.parametrize(("cells", "is_open"), OPEN_AND_CLOSED)
def test_an_order_closed_and_reopened_does_not_slip_past(cells: dict[str, Any], is_open: bool) -> None:
    assert _exposure(_build(order("o", 100, "2026-06-01", **cells))) == (100 if is_open else 0)


@pytest.mark.parametrize(("ordered", "exposure"), [("2026-06-30", 100), ("2026-07-01", 0)])
def test_an_order_counts_from_its_day(ordered: str, exposure: int) -> None:
    assert _exposure(_build(order("o", 100, ordered))) == exposure


def test_an_order_is_converted_at_its_own_rate_or_that_of_its_day() -> None:
    orders = [
        order("o", 100, "2026-05-31", currency="USD"),
        order("p", 100, "2026-06-01", currency="USD"),
        order("q", 100, "2026-06-01", currency="USD", exchange_rate="7.5"),
    ]
    rows = _build(*orders, upto="int_open_orders").rows("from intermediate.int_open_orders order by order_id")
    assert [row["undelivered_base"] for row in rows] == [700, 800, 750]


@pytest.mark.rules(
    "exposure_parts", "open_receivables", "unapplied_credits", "unbilled_orders", "undelivered_orders"
)
@pytest.mark.parametrize(
    "part", ["unbilled_orders", "undelivered_orders", "unapplied_credits", "open_receivables"]
)
def test_a_part_switched_off_in_the_rules_is_measured_and_does_not_count(part: str) -> None:
    signs = {"open_receivables": 1, "unapplied_credits": -1, "unbilled_orders": 1, "undelivered_orders": 1}
    amounts = {
        "open_receivables": 250,
        "unapplied_credits": 90,
        "unbilled_orders": 350,
        "undelivered_orders": 400,
    }
    rules = [{"part": name, "sign": sign, "is_included": name != part} for name, sign in signs.items()]
    result = _build(
        order("o", 1000, "2026-06-01", delivered_amount=600, invoiced_amount=250),
        invoices=[invoice("1", 250, "2026-06-10", "2026-07-10")],
        receipts=[receipt("r", 90, "2026-06-20")],
        rules={"exposure_parts": rules},
    )
    assert _parts(result) == amounts
    assert _exposure(result) == sum(signs[name] * amounts[name] for name in signs if name != part)
