"""Which finished dates and customers a probability of default is fitted on."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tests.rules.rule_tables import in_force
from tests.scoring.bench import AS_OF, ScoringBench

_RULES = {row["parameter"]: float(row["value"]) for row in in_force("model_parameters", AS_OF)}
NEWEST = date(2025, 6, 30)


@pytest.fixture(scope="module")
def bench() -> ScoringBench:
    return ScoringBench({"int_pd_observations", "int_pd_points"})


def _tables(months: int, customers: int) -> dict[str, list[dict[str, Any]]]:
    number = NEWEST.year * 12 + NEWEST.month
    dates = [(NEWEST - timedelta(days=30 * back), number - back) for back in range(months)]
    keys = [f"c{i:05}" for i in range(customers)]
    window = {"is_pooled": False, "population": "performing"}
    outcomes = (("default_365", 365), ("written_off_365", 365), ("late_5", 90))
    observed = [
        {"validation_date": day, "outcome_id": outcome, "customer_key": key, "is_pooled": False, "is_bad": 0}
        for day, _ in dates
        for outcome, _ in outcomes[:2]
        for key in keys
    ]
    scores = [
        {"as_of_date": day, "customer_key": key, "credit_score": 10, "model_risk_tier": "low"}
        for day, _ in dates
        for key in keys
    ]
    return {
        "int_validation_dates": [{"validation_date": day, "month_number": month} for day, month in dates],
        "int_outcome_windows": [
            {
                **window,
                "validation_date": day,
                "outcome_id": o,
                "window_days": d,
                "window_end": day + timedelta(d),
            }
            for day, _ in dates
            for o, d in outcomes
        ],
        "int_outcome_observations": observed,
        "stg_history__scores": scores,
        "stg_history__factor_bands": [
            {"as_of_date": day, "customer_key": key, "factor_id": factor, "points": points}
            for day, _ in dates[:2]
            for key in keys[:3]
            for factor, points in (("late_share", 12.3456), ("utilisation", None))
        ],
    }


@pytest.mark.rules("model_parameters", "pd_window_days", "pd_step_months")
def test_every_third_month_and_the_default_of_one_year(bench: ScoringBench) -> None:
    bench.run("intermediate.int_pd_points", **_tables(8, 5))
    rows = bench.rows("from intermediate.int_pd_observations")
    days = sorted({row["validation_date"] for row in rows})
    assert days == [NEWEST - timedelta(days=30 * back) for back in (6, 3, 0)]
    assert len(rows) == 3 * 5
    assert (
        {(row["window_end"] - row["validation_date"]).days for row in rows}
        == {365}
        == {_RULES["pd_window_days"]}
    )
    low = next(r for r in in_force("default_priors", AS_OF) if r["risk_tier"] == "low")
    assert {row["default_probability"] for row in rows} == {float(low["default_probability"])}
    points = bench.rows("from intermediate.int_pd_points")
    assert [(row["factor_id"], row["points"]) for row in points] == [("late_share", 12.35)] * 3


@pytest.mark.rules("model_parameters", "pd_sample_customers")
def test_a_large_company_gives_a_sample_of_the_same_customers(bench: ScoringBench) -> None:
    most = int(_RULES["pd_sample_customers"])
    bench.run("intermediate.int_pd_points", **_tables(4, most + 50))
    rows = bench.rows(
        "select validation_date, count(*) as n, list(customer_key order by customer_key) as keys"
        " from intermediate.int_pd_observations group by all"
    )
    assert [row["n"] for row in rows] == [most, most]
    assert rows[0]["keys"] == rows[1]["keys"]
