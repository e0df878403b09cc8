"""Exposure at default by observation: how much of undelivered orders own defaults came to owe, worked out by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.scoring.bench import ScoringBench

START, END = date(2025, 6, 30), date(2026, 6, 30)
CONVERSIONS, FACTORS = "intermediate.int_order_conversions", "intermediate.int_exposure_conversions"


@pytest.fixture(scope="module")
def bench() -> ScoringBench:
    return ScoringBench({"int_order_conversions", "int_exposure_conversions"})


def customer(
    key: str, defaulted: date, *, owed: int, undelivered: int = 100, before: int = 40
) -> dict[str, Any]:
    """A customer with `before` owed and `undelivered` ordered at START that owes `owed` the day before it defaults."""
    score = {
        "as_of_date": START, "customer_key": key, "open_receivables": before, "unbilled_orders": 10,
        "unapplied_credits": 5, "undelivered_orders": undelivered,
    }  # fmt: skip
    seen = {"validation_date": START, "outcome_id": "default_365", "customer_key": key, "is_pooled": True}
    return {
        "stg_history__scores": score,
        "int_outcome_observations": seen | {"is_bad": 1},
        "int_default_spells": {"customer_key": key, "default_date": defaulted, "ended_date": None},
        "int_default_balances": {
            "customer_key": key, "default_date": defaulted, "document_id": f"d{key}", "balance_base": owed
        },
    }  # fmt: skip


def run(bench: ScoringBench, customers: list[dict[str, Any]], upto: str) -> list[dict[str, Any]]:
    window = {
        "validation_date": START, "outcome_id": "default_365", "window_days": 365, "population": "performing",
        "window_end": END, "is_pooled": True,
    }  # fmt: skip
    tables = {name: [one[name] for one in customers] for name in customers[0]}
    bench.run(upto, int_outcome_windows=[window], **tables)
    return bench.rows(f"from {upto} order by 1, 2")


def test_what_came_on_top_is_converted_at_most_all_and_never_less_than_nothing(bench: ScoringBench) -> None:
    day = date(2025, 12, 1)
    customers = [
        customer("a", day, owed=105),  # 45 were owed or billed at the start: 60 of 100 came on top
        customer("b", day, owed=900),  # later orders are no part of those of the start
        customer("c", day, owed=20),
        customer("d", day, owed=500, undelivered=0),  # says nothing of orders
        customer("e", date(2026, 7, 1), owed=500),  # after the window
        customer("f", START, owed=500),  # no default that lay ahead
    ]
    rows = run(bench, customers, CONVERSIONS)
    assert [(row["customer_key"], row["converted_base"]) for row in rows] == [("a", 60), ("b", 100), ("c", 0)]


@pytest.mark.rules("model_parameters", "lgd_min_defaults")
@pytest.mark.rules("exposure_conversions", "undelivered_orders")
@pytest.mark.parametrize(("defaults", "source", "factor"), [(19, "rule", 0.5), (20, "observed", 0.6)])
def test_enough_defaults_replace_the_rule_for_undelivered_orders_alone(
    bench: ScoringBench, defaults: int, source: str, factor: float
) -> None:
    customers = [customer(f"c{i:02}", date(2025, 12, 1), owed=105) for i in range(defaults)]
    rows = {row["part"]: row for row in run(bench, customers, FACTORS)}
    part = rows.pop("undelivered_orders")
    assert (part["ead_source"], float(part["conversion_factor"]), part["defaults"]) == (
        source,
        factor,
        defaults,
    )
    assert {(row["ead_source"], float(row["conversion_factor"])) for row in rows.values()} == {("rule", 1.0)}
