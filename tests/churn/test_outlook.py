"""The outlook of a customer (BG/NBD): values of a reference implementation, what may not lower it, what is at risk."""

import datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.support.records import credit_note, invoice
from tests.support.warehouse import Scenario

AS_OF = datetime.date(2026, 6, 30)


def _bought(ages: list[int], customer: str = "A", amount: Any = 100) -> list[dict[str, Any]]:
    """One invoice for each age in days."""
    return [
        invoice(f"{customer}{age}", amount, AS_OF - datetime.timedelta(age), customer_id=customer)
        for age in ages
    ]


def _outlook(invoices: list[dict[str, Any]], **files: Any) -> dict[str, dict[str, Any]]:
    result = Scenario(as_of=str(AS_OF), files={"invoices": invoices, **files}).run(
        ["int_customer_outlook", "int_customers"]
    )
    rows = result.rows(
        "select customers.customer_id, outlook.* from intermediate.int_customer_outlook as outlook"
        " inner join intermediate.int_customers as customers using (customer_key)"
    )
    return {row["customer_id"].removeprefix("files:"): row for row in rows}


# Days of purchases before as_of; the probability as the Python package lifetimes computes it with our parameters.
GOLDEN = [
    ([100], 1.0),
    ([100, 70], 0.89418),
    ([400, 350, 300, 250, 175, 100], 0.862853),
    ([1000, 950, 900, 850, 775, 700], 0.052573),
    ([730, *range(694, 29, -36), 30], 0.947373),
]


@pytest.mark.rules(
    "model_parameters", "outlook_shape", "outlook_scale_days", "outlook_dropout_a", "outlook_dropout_b"
)
def test_alive_probability_is_that_of_the_reference() -> None:
    rows = _outlook([row for number, (ages, _) in enumerate(GOLDEN) for row in _bought(ages, f"C{number}")])
    for number, (ages, alive) in enumerate(GOLDEN):
        row = rows[f"C{number}"]
        assert row["repeats"] == len(ages) - 1
        assert row["alive_probability"] == pytest.approx(alive, abs=0.000001), ages


@pytest.mark.rules("model_parameters", "outlook_horizon_days")
def test_leaving_is_no_purchase_within_a_year() -> None:
    # one purchase 100 days ago: alive for sure; its rate is spread as gamma(1, 100 + 100)
    row = _outlook(_bought([100]))["A"]
    assert row["leaving_probability"] == pytest.approx(200 / (200 + 365), abs=0.000001)


def test_several_invoices_of_one_day_are_one_purchase() -> None:
    twice = [*_bought([100, 70]), invoice("again", 50, AS_OF - datetime.timedelta(70))]
    row = _outlook(twice)["A"]
    assert (row["repeats"], row["alive_probability"]) == (1, pytest.approx(0.89418))


def test_longer_silence_never_raises_the_outlook() -> None:
    # the same gaps, seen from later and later
    invoices = [
        row
        for late in range(0, 1500, 60)
        for row in _bought([late, late + 40, late + 75, late + 130], customer=f"C{late:04}")
    ]
    rows = _outlook(invoices)
    leaving = [rows[customer]["leaving_probability"] for customer in sorted(rows)]
    assert leaving == sorted(leaving)
    assert leaving[-1] > 0.98


def test_one_more_purchase_today_never_lowers_the_outlook() -> None:
    histories = [[500], [500, 20], [900, 800, 10], [60, 50, 40, 30], [700, 690, 680]]
    invoices = []
    for number, ages in enumerate(histories):
        invoices += _bought(ages, customer=f"before{number}") + _bought([*ages, 0], customer=f"after{number}")
    rows = _outlook(invoices)
    for number in range(len(histories)):
        after, before = rows[f"after{number}"], rows[f"before{number}"]
        assert after["leaving_probability"] < before["leaving_probability"], number


def test_a_thousand_purchases_and_years_of_silence_do_not_overflow() -> None:
    row = _outlook(_bought([*range(1500, 2700)]))["A"]
    assert (row["alive_probability"], row["leaving_probability"]) == (0, 1)


def test_another_customer_changes_nobodys_outlook() -> None:
    alone = _outlook(_bought([300, 200, 100]))["A"]
    assert _outlook(_bought([300, 200, 100]) + _bought([9, 5, 1], customer="B"))["A"] == alone


def test_revenue_at_risk_is_the_better_year_times_the_probability() -> None:
    now, before = _bought([30], amount=400), _bought([400], amount=1000)
    credit = [credit_note("c", 250, AS_OF - datetime.timedelta(390))]
    row = _outlook(now + before, credit_notes=credit)["A"]
    assert row["yearly_revenue"] == 750
    assert row["revenue_at_risk"] == round(Decimal(str(row["leaving_probability"])) * 750, 2)


@pytest.mark.parametrize(("age", "yearly"), [(729, 100), (730, 0)])
def test_what_was_lost_two_years_ago_is_no_longer_at_risk(age: int, yearly: int) -> None:
    assert _outlook(_bought([age]))["A"]["yearly_revenue"] == yearly


def test_who_never_bought_has_no_outlook() -> None:
    assert _outlook([], customers=[{"customer_id": "A"}]) == {}
