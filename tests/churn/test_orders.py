"""Purchases are invoices, and orders only while no invoice followed: nothing is counted twice."""

import datetime
from typing import Any

import pytest

from tests.support.records import credit_note, invoice
from tests.support.warehouse import Scenario


def _order(order_id: str, day: str, **cells: Any) -> dict[str, Any]:
    row = {"order_id": order_id, "customer_id": "A", "order_date": day, "currency": "CNY", "amount": 100}
    return {**row, "status": "open", **cells}


def _buying(invoices: list, orders: list, as_of: str = "2026-06-30", **files: Any) -> dict[str, Any] | None:
    files |= {"customers": [{"customer_id": "A"}], "invoices": invoices, "orders": orders}
    scenario = Scenario(as_of=as_of, files=files)
    rows = scenario.run("int_customer_buying").rows("from intermediate.int_customer_buying")
    return rows[0] if rows else None


def test_an_order_that_waits_for_its_invoice_is_a_purchase_but_no_revenue() -> None:
    row = _buying([invoice("1", 70, "2026-05-01")], [_order("1", "2026-06-20")])
    assert (row["purchases"], row["open_orders"], row["purchase_days"]) == (2, 1, 2)
    assert (row["last_purchase_date"], row["recency_days"]) == (datetime.date(2026, 6, 20), 10)
    assert (row["revenue_365"], row["monetary_mean"]) == (70, 70)


@pytest.mark.parametrize(
    ("invoiced", "purchases"), [("2026-06-19", 2), ("2026-06-20", 1), ("2026-06-30", 1), ("2026-07-01", 1)]
)
def test_an_invoice_from_the_day_of_the_order_on_takes_its_place(invoiced: str, purchases: int) -> None:
    row = _buying([invoice("1", 70, invoiced)], [_order("1", "2026-06-20")])
    assert row["purchases"] == purchases
    # before the invoice exists the order is the sign of buying: only the date measured decides
    assert row["open_orders"] == (0 if "2026-06-20" <= invoiced <= "2026-06-30" else 1)


@pytest.mark.parametrize(("as_of", "counted"), [("2026-06-19", False), ("2026-06-20", True)])
def test_an_order_counts_from_its_day(as_of: str, counted: bool) -> None:
    row = _buying([], [_order("1", "2026-06-20")], as_of)
    assert (row is not None) == counted


@pytest.mark.parametrize(
    ("cells", "counted"),
    [
        ({"status": "draft"}, False),
        ({"status": "void"}, False),
        ({"status": "closed"}, True),
        ({"invoiced_amount": 0}, True),
        ({"invoiced_amount": "99.99"}, True),
        ({"invoiced_amount": 100}, False),
    ],
)
def test_what_is_no_order_or_invoiced_in_full_is_no_purchase(cells: dict[str, Any], counted: bool) -> None:
    assert (_buying([], [_order("1", "2026-06-20", **cells)]) is not None) == counted


def test_a_credit_note_on_the_day_of_an_order_changes_no_count() -> None:
    row = _buying(
        [invoice("1", 70, "2026-05-01")],
        [_order("1", "2026-06-20")],
        credit_notes=[credit_note("c", 20, "2026-06-20")],
    )
    assert (row["purchases"], row["purchase_days"], row["revenue_365"]) == (2, 2, 50)


def test_another_customers_invoice_follows_nobodys_order() -> None:
    row = _buying(
        [invoice("1", 70, "2026-05-01"), invoice("2", 70, "2026-06-25", customer_id="B")],
        [_order("1", "2026-06-20")],
        as_of="2026-06-24",
    )
    assert (row["purchases"], row["open_orders"]) == (2, 1)
