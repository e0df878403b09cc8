"""Purchases are invoices, and orders while no invoice of their own followed: nothing is counted twice."""

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
        # where no finance system is known the order is all there is, whatever it says of invoices
        ({"invoiced_amount": 100}, True),
        ({"invoiced_amount": 100, "status": "closed"}, True),
    ],
)
def test_what_is_no_order_is_no_purchase(cells: dict[str, Any], counted: bool) -> None:
    assert (_buying([], [_order("1", "2026-06-20", **cells)]) is not None) == counted


@pytest.mark.parametrize("invoiced", [0, 40, 100])
def test_what_the_order_says_today_changes_no_past_date(invoiced: int) -> None:
    # ordered on the 20th, invoiced on the 28th: on the 24th nobody could know of the invoice
    invoices = [invoice("1", 70, "2026-05-01"), invoice("2", 100, "2026-06-28")]
    row = _buying(invoices, [_order("1", "2026-06-20", invoiced_amount=invoiced)], as_of="2026-06-24")
    assert (row["purchases"], row["open_orders"], row["recency_days"]) == (2, 1, 4)


@pytest.mark.rules("model_parameters", "order_invoice_days")
@pytest.mark.parametrize(("invoiced", "purchases"), [("2026-06-30", 1), ("2026-07-01", 2)])
def test_an_invoice_much_later_is_not_that_of_the_order(invoiced: str, purchases: int) -> None:
    # 180 and 181 days after the order
    row = _buying([invoice("1", 70, invoiced)], [_order("1", "2026-01-01")], as_of="2026-07-31")
    assert (row["purchases"], row["purchase_days"]) == (purchases, purchases)


def test_orders_of_the_years_before_the_books_stay_purchases() -> None:
    orders = [_order(day, day) for day in ("2024-01-10", "2024-06-10", "2025-01-10")]
    row = _buying([invoice("1", 70, "2026-06-01")], orders)
    assert (row["purchases"], row["open_orders"]) == (4, 3)
    assert row["first_purchase_date"] == datetime.date(2024, 1, 10)


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
