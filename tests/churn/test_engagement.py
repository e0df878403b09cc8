"""Deals and their reasons, activities and their pace, needs that wait: edges of windows, what took place, nulls."""

import datetime
from typing import Any

import pytest

from tests.rules.rule_tables import in_force
from tests.support.warehouse import Result, Scenario

AS_OF = datetime.date(2026, 6, 30)
CUSTOMER = [{"customer_id": "A"}]


def _day(age: int) -> str:
    return str(AS_OF - datetime.timedelta(age))


def _run(upto: Any, rules: dict | None = None, **files: Any) -> Result:
    return Scenario(as_of=str(AS_OF), files={"customers": CUSTOMER, **files}, rules=rules or {}).run(upto)


def _deal(opportunity_id: str, stage: str, age: int, **cells: Any) -> dict[str, Any]:
    row = {"opportunity_id": opportunity_id, "customer_id": "A", "stage": stage, "close_date": _day(age)}
    return {**row, "created_date": "2024-01-01", **cells}


def _deals(*deals: dict[str, Any]) -> dict[str, Any]:
    return _run("int_customer_deals", opportunities=deals).one("from intermediate.int_customer_deals")


@pytest.mark.parametrize(("age", "lost", "open_ones"), [(-1, 0, 1), (0, 1, 0), (364, 1, 0), (365, 0, 0)])
def test_a_deal_is_lost_from_its_day_on_and_for_a_year(age: int, lost: int, open_ones: int) -> None:
    row = _deals(_deal("1", "lost", age))
    assert (row["lost_365"], row["open_opportunities"]) == (lost, open_ones)


def test_a_deal_of_no_customer_is_nobodys() -> None:
    assert _deals(_deal("1", "lost", 10), _deal("2", "lost", 10, customer_id=None))["lost_365"] == 1


@pytest.mark.rules("lost_reasons", "*")
def test_a_loss_counts_by_its_reason() -> None:
    reasons = in_force("lost_reasons", AS_OF)
    names = [reason["lost_reason_category"] for reason in reasons]
    deals = [_deal(name, "lost", 10, customer_id=name, lost_reason=f" {name.upper()} ") for name in names]
    result = _run(
        ["int_customer_deals", "int_customers"],
        customers=[{"customer_id": name} for name in names],
        opportunities=deals,
    )
    rows = result.rows(
        "select customer_id, lost_weight_365 from intermediate.int_customer_deals"
        " inner join intermediate.int_customers using (customer_key)"
    )
    weights = {row["customer_id"].removeprefix("files:"): row["lost_weight_365"] for row in rows}
    assert weights == {reason["lost_reason_category"]: float(reason["churn_weight"]) for reason in reasons}


@pytest.mark.parametrize("words", [None, "nobody remembers"])
def test_a_loss_whose_reason_is_unknown_counts_whole(words: str | None) -> None:
    assert _deals(_deal("1", "lost", 10, lost_reason=words))["lost_weight_365"] == 1


def test_a_reason_nobody_mapped_is_a_finding() -> None:
    result = _run(
        ["int_value_findings"],
        opportunities=[_deal("1", "lost", 10, lost_reason="nobody remembers"), _deal("2", "lost", 10)],
    )
    row = result.one("from intermediate.int_value_findings")
    assert (row["column_name"], row["reason_code"], row["severity"]) == (
        "lost_reason",
        "unmapped_value",
        "warning",
    )


def test_one_more_lost_deal_never_lowers_the_share() -> None:
    shares = []
    for reasons in ([], ["price"], ["price", "timing"], ["price", "timing", "competitor"]):
        deals = [_deal(f"l{number}", "lost", 10, lost_reason=word) for number, word in enumerate(reasons)]
        result = _run("int_factor_values", opportunities=[_deal("w", "won", 20), *deals])
        shares.append(
            result.value(
                "select factor_value from intermediate.int_factor_values where factor_id = 'lost_deal_share'"
            )
        )
    assert shares == sorted(shares)
    # nobody lost anything of one decided deal: (1 x 0 + 4 x 0.5) / (1 + 4)
    assert shares[0] == pytest.approx(0.4)
    assert shares[1] == pytest.approx((0.8 + 4 * 0.5) / (1.8 + 4))


def _activity(activity_id: str, age: int, **cells: Any) -> dict[str, Any]:
    row = {
        "activity_id": activity_id,
        "customer_id": "A",
        "activity_type": "call",
        "activity_date": _day(age),
    }
    return {**row, **cells}


@pytest.mark.parametrize(
    ("cells", "days"),
    [
        ({}, 5),
        ({"is_completed": True}, 5),
        ({"is_completed": False}, 40),  # a plan is no contact
        ({"activity_date": _day(-1)}, 40),
    ],
)
def test_only_what_took_place_is_a_contact(cells: dict[str, Any], days: int) -> None:
    activities = [_activity("old", 40), {**_activity("new", 5), **cells}]
    row = _run("int_customer_engagement", activities=activities).one(
        "from intermediate.int_customer_engagement"
    )
    assert row["days_since_last_activity"] == days


def test_an_activity_without_customer_counts_for_the_customer_of_its_contact() -> None:
    result = _run(
        "int_customer_engagement",
        contacts=[{"contact_id": "p", "customer_id": "A"}],
        activities=[_activity("1", 7, customer_id=None, contact_id="p")],
    )
    assert result.one("from intermediate.int_customer_engagement")["days_since_last_activity"] == 7


@pytest.mark.parametrize(
    ("age", "now", "before"), [(0, 1, 0), (179, 1, 0), (180, 0, 1), (544, 0, 1), (545, 0, 0)]
)
def test_each_side_of_the_activity_windows(age: int, now: int, before: int) -> None:
    row = _run("int_customer_activity", activities=[_activity("1", age)]).one(
        "from intermediate.int_customer_activity"
    )
    assert (row["activities_180"], row["activities_before_180"]) == (now, before)


def _trend(ages: list[int], **files: Any) -> float | None:
    activities = [_activity(str(number), age) for number, age in enumerate(ages)]
    result = _run("int_churn_factor_inputs", activities=activities, **files)
    rows = result.rows(
        "select raw_value from intermediate.int_churn_factor_inputs where factor_id = 'engagement_trend'"
    )
    return rows[0]["raw_value"] if rows else None


WON = {"opportunities": [_deal("w", "won", 20)]}


@pytest.mark.parametrize(("first", "trend"), [(359, None), (360, 1.0)])
def test_a_trend_needs_half_a_year_before_its_window(first: int, trend: float | None) -> None:
    # one activity in the half year, one in the 181 days before it
    value = _trend([10, first], **WON)
    assert value == (pytest.approx(trend, abs=0.01) if trend else None)


def test_fewer_activities_than_the_own_pace() -> None:
    # two a month for 365 days before the window, then one: 24 in 365 days expect 11.8 in 180
    value = _trend([30, *range(185, 545, 15)], **WON)
    assert value == pytest.approx(1 / (24 * 180 / 365), abs=0.01)


def test_a_prospect_has_no_churn_factor() -> None:
    result = _run(
        "int_churn_factor_inputs",
        opportunities=[_deal("l", "lost", 20)],
        activities=[_activity("1", 5), _activity("2", 500)],
        cases=[
            {
                "case_id": "1",
                "customer_id": "A",
                "case_type": "service",
                "status": "open",
                "opened_at": f"{_day(9)} 08:00:00",
            }
        ],
    )
    assert result.rows("from intermediate.int_churn_factor_inputs") == []
