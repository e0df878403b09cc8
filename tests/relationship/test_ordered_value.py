"""The size of a customer whose invoices nobody delivered: what it ordered within the year."""

from typing import Any

import pytest

from tests.support.records import invoice, order
from tests.support.warehouse import Scenario

YEAR_AGO = {"2025-07-01": 5000, "2025-06-30": None}  # 364 and 365 days before 2026-06-30


def _revenue(**files: Any) -> Any:
    result = Scenario(as_of="2026-06-30", files={"customers": [{"customer_id": "A"}], **files}).run(
        ["int_value_inputs", "int_customer_values"]
    )
    rows = result.rows("from intermediate.int_value_inputs where value_factor = 'revenue'")
    tier = result.value("select value_tier from intermediate.int_customer_values")
    return (rows[0]["factor_value"] if rows else None, tier)


@pytest.mark.parametrize(("ordered", "value"), YEAR_AGO.items())
def test_orders_of_the_year_are_the_size_of_who_has_no_invoice(ordered: str, value: int | None) -> None:
    tier = "small" if value else "inactive"
    assert _revenue(orders=[order("o", 5000, ordered)]) == (value, tier)


def test_orders_in_another_currency_and_those_that_do_not_count() -> None:
    orders = [
        order("o", 100, "2026-06-01", currency="USD", exchange_rate="7"),
        order("p", 50, "2026-06-01"),
        order("q", 900, "2026-06-01", status="void"),
        order("r", 900, "2026-07-01"),
    ]
    assert _revenue(orders=orders)[0] == 750


def test_who_has_an_invoice_is_measured_by_invoices() -> None:
    invoices = [invoice("1", 300, "2026-06-10", "2026-07-10")]
    assert _revenue(orders=[order("o", 5000, "2026-06-20")], invoices=invoices)[0] == 300
    assert _revenue(orders=[order("o", 5000, "2025-07-20")], invoices=[invoice("1", 300, "2024-06-10")]) == (
        None,
        "inactive",
    )


@pytest.mark.parametrize(("amount", "score"), [(100, 1), (5_000_000, 5)])
def test_its_orders_are_the_amount_of_its_loyalty(amount: int, score: int) -> None:
    files = {"customers": [{"customer_id": "A"}], "orders": [order("o", amount, "2026-06-01")]}
    result = Scenario(as_of="2026-06-30", files=files).run("int_customer_rfm")
    assert result.value("select monetary_score from intermediate.int_customer_rfm") == score
