"""Default and the hard rules behind it: days past due, write-offs, courts and registers."""

import datetime
from typing import Any

import pytest

from tests.support.records import invoice, write_off
from tests.support.warehouse import Scenario

AS_OF = datetime.date(2026, 6, 30)
RATES = [{"currency": "USD", "rate_date": "2026-01-01", "rate_to_base": "7"}]


def _day(days_ago: int) -> str:
    return str(AS_OF - datetime.timedelta(days_ago))


def _event(event_type: str, **cells: Any) -> dict[str, Any]:
    row = {"event_id": "e", "customer_id": "A", "customer_role": "defendant", "event_date": _day(10)}
    return {**row, "event_type": event_type, **cells}


def _judged(**files: Any) -> tuple[bool, str | None, str | None, str]:
    files = {"customers": [{"customer_id": "A"}]} | files
    scenario = Scenario(as_of=str(AS_OF), files=files, rules={"exchange_rates": RATES})
    result = scenario.run(["int_customer_receivables", "int_customer_tiers"])
    row = result.one(
        "from intermediate.int_customer_receivables inner join intermediate.int_customer_tiers using (customer_key)"
    )
    return row["is_default"], row["default_reason"], row["hard_rule"], row["risk_tier"]


FINE = (False, None, None, "unrated")


@pytest.mark.rules("hard_rules", "default_90", "default_180")
@pytest.mark.parametrize(
    ("days", "amount", "expected"),
    [
        (89, 5000, (False, None, None)),
        (90, 100, (False, None, None)),
        (90, "100.01", (True, "days_past_due", "default_90")),
        (179, 5000, (True, "days_past_due", "default_90")),
        (180, 5000, (True, "days_past_due", "default_180")),
    ],
)
def test_default_by_days_past_due(days: int, amount: Any, expected: tuple) -> None:
    assert _judged(invoices=[invoice("1", amount, _day(days + 30), _day(days))])[:3] == expected


@pytest.mark.rules("hard_rules", "written_off")
@pytest.mark.rules("model_parameters", "lookback_days")
@pytest.mark.parametrize(
    ("days", "amount", "is_default"),
    [(0, "100.01", True), (729, 500, True), (730, 500, False), (0, 100, False)],
)
def test_default_by_write_off_until_it_is_forgotten(days: int, amount: Any, is_default: bool) -> None:
    reason = ("write_off", "written_off", "critical") if is_default else FINE[1:]
    assert _judged(write_offs=[write_off("w", amount, _day(days))]) == (is_default, *reason)


def test_small_write_offs_add_up() -> None:
    halves = [write_off(name, "50.01", _day(5)) for name in "vw"]
    assert _judged(write_offs=halves)[:2] == (True, "write_off")


@pytest.mark.rules("hard_rules", "bankruptcy", "dishonesty", "enforcement", "lawsuit")
@pytest.mark.parametrize(
    ("event_type", "rule", "tier"),
    [
        ("bankruptcy", "bankruptcy", "critical"),
        ("dishonesty_listing", "dishonesty", "critical"),
        ("enforcement", "enforcement", "high"),
        ("lawsuit", "lawsuit", "high"),
    ],
)
def test_default_by_proceedings(event_type: str, rule: str, tier: str) -> None:
    assert _judged(legal_events=[_event(event_type)])[:3] == (True, event_type, rule)
    assert _judged(legal_events=[_event(event_type)])[3] in (tier, "critical")


@pytest.mark.parametrize("event_type", ["administrative_penalty", "tax_arrears", "abnormal_operation"])
def test_a_register_event_is_no_default(event_type: str) -> None:
    assert _judged(legal_events=[_event(event_type)])[:3] == (False, None, None)


@pytest.mark.parametrize(
    "cells",
    [
        {"customer_role": "plaintiff"},
        {"customer_role": "third_party"},
        {"closed_date": _day(0)},
        {"event_date": _day(-1)},
        {"amount": 100},
        {"amount": 14, "currency": "USD"},
    ],
)
def test_proceedings_of_others_closed_ones_later_ones_and_trifles_are_no_default(
    cells: dict[str, Any],
) -> None:
    assert _judged(legal_events=[_event("lawsuit", **cells)])[:3] == (False, None, None)


@pytest.mark.parametrize(
    "cells",
    [
        {"closed_date": _day(-1)},
        {"event_date": _day(0)},
        {"amount": "100.01"},
        {"amount": 15, "currency": "USD"},
        {"amount": 0},
        {"amount": 1, "currency": "ISK"},  # no rate: an unknown amount is no small one
    ],
)
def test_open_proceedings_over_the_amount_are_a_default(cells: dict[str, Any]) -> None:
    assert _judged(legal_events=[_event("lawsuit", **cells)])[:3] == (True, "lawsuit", "lawsuit")


def test_the_strictest_rule_is_the_reason() -> None:
    overdue = [invoice("1", 5000, _day(130), _day(100))]
    judged = _judged(invoices=overdue, legal_events=[_event("bankruptcy"), _event("lawsuit", event_id="f")])
    assert judged[1:] == ("bankruptcy", "bankruptcy", "critical")
