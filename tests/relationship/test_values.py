"""Importance, contribution and the value tier they make: every band edge, class edge and pair, nulls, no neighbours."""

import datetime
import math
from itertools import pairwise
from typing import Any

import pytest

from tests.rules.rule_tables import in_force, points
from tests.scoring.bench import AS_OF, ScoringBench

FACTORS = in_force("value_factors", AS_OF)
BANDS = in_force("value_bands", AS_OF)
CLASSES = in_force("value_classes", AS_OF)
MATRIX = in_force("value_matrix", AS_OF)
STEP = 0.000001


def _edges() -> list[tuple[str, float]]:
    """(factor, value) just below, at and above each bound of its bands."""
    found = []
    for row in BANDS:
        at = float(row["lower_bound"])
        found += [(row["value_factor"], value) for value in (at - STEP, at, at + STEP) if value >= 0]
    return found


@pytest.mark.rules("value_bands", "*")
@pytest.mark.rules("value_factors", "*")
def test_each_side_of_a_band_edge_has_its_points(bench: ScoringBench) -> None:
    rows = [
        {"customer_key": f"{factor}|{value!r}", "value_factor": factor, "factor_value": value}
        for factor, value in _edges()
    ]
    bench.run("intermediate.int_value_points", int_value_inputs=rows)
    found = {row["customer_key"]: row for row in bench.rows("from intermediate.int_value_points")}
    for factor, value in _edges():
        bands = [row for row in BANDS if row["value_factor"] == factor]
        row = found[f"{factor}|{value!r}"]
        assert math.isclose(row["value_points"], points(bands, value), abs_tol=0.0001), (factor, value)
        assert row["weight"] == 1, "the only known factor carries its component"


def test_bands_leave_no_gap_and_never_fall() -> None:
    for factor in {row["value_factor"] for row in FACTORS}:
        rows = [row for row in BANDS if row["value_factor"] == factor]
        assert (float(rows[0]["lower_bound"]), rows[-1]["upper_bound"]) == (0, ""), factor
        knots = [float(row["points_at_lower"]) for row in rows]
        assert (knots[0], knots[-1]) == (0, 100), factor
        assert knots == sorted(knots), factor
        for row, following in pairwise(rows):
            assert row["upper_bound"] == following["lower_bound"], factor
            assert row["points_at_upper"] == following["points_at_lower"], factor


def test_weights_sum_to_one_in_each_component() -> None:
    for component in ("importance", "contribution"):
        weights = [float(row["weight"]) for row in FACTORS if row["value_component"] == component]
        assert sum(weights) == pytest.approx(1)


def test_unknown_factors_share_out_their_weight(bench: ScoringBench) -> None:
    known = [("revenue", 1_000_000.0), ("growth", 1.0)]
    rows = [{"customer_key": "c", "value_factor": f, "factor_value": v} for f, v in known]
    bench.run(
        "intermediate.int_customer_values", int_customers=[{"customer_key": "c"}], int_value_inputs=rows
    )
    [row] = bench.rows("from intermediate.int_customer_values")
    assert row["contribution_score"] == pytest.approx((0.70 * 50 + 0.10 * 50) / 0.80)
    assert (row["importance_score"], row["importance_class"]) == (None, "unknown")


def _scored(bench: ScoringBench, component: str, score: float | None) -> dict[str, Any]:
    rows = [] if score is None else [
        {"customer_key": "c", "value_component": component, "value_points": score, "weight": 1.0}
    ]  # fmt: skip
    bench.run(
        "intermediate.int_customer_values", int_customers=[{"customer_key": "c"}], int_value_points=rows
    )
    return bench.rows("from intermediate.int_customer_values")[0]


@pytest.mark.rules("value_classes", "*")
@pytest.mark.parametrize("row", CLASSES, ids=lambda row: f"{row['value_component']} {row['value_class']}")
def test_each_side_of_a_class_edge(bench: ScoringBench, row: dict[str, str]) -> None:
    component, name = row["value_component"], row["value_class"]
    if not row["score_from"]:
        assert _scored(bench, component, None)[f"{component}_class"] == name
        return
    start = float(row["score_from"])
    assert _scored(bench, component, start)[f"{component}_class"] == name
    assert _scored(bench, component, float(row["score_to"] or 100.01) - 0.01)[f"{component}_class"] == name
    if start:
        assert _scored(bench, component, start - 0.01)[f"{component}_class"] != name


@pytest.mark.rules("value_matrix", "*")
@pytest.mark.rules("value_tiers", "*")
def test_every_pair_of_classes_makes_its_tier(bench: ScoringBench) -> None:
    lower = {(row["value_component"], row["value_class"]): row["score_from"] for row in CLASSES}
    points_of = []
    for row in MATRIX:
        key = f"{row['contribution_class']} {row['importance_class']}"
        for component in ("contribution", "importance"):
            score = lower[component, row[f"{component}_class"]]
            if score:
                points_of.append(
                    {
                        "customer_key": key,
                        "value_component": component,
                        "value_points": float(score),
                        "weight": 1.0,
                    }
                )
    keys = [f"{row['contribution_class']} {row['importance_class']}" for row in MATRIX]
    bench.run(
        "intermediate.int_customer_values",
        int_customers=[{"customer_key": key} for key in keys],
        int_value_points=points_of,
    )
    found = {row["customer_key"]: row for row in bench.rows("from intermediate.int_customer_values")}
    ranks = {row["value_tier"]: int(row["rank"]) for row in in_force("value_tiers", AS_OF)}
    for key, rule in zip(keys, MATRIX, strict=True):
        assert (found[key]["value_tier"], found[key]["value_rank"]) == (
            rule["value_tier"],
            ranks[rule["value_tier"]],
        )


def _values(bench: ScoringBench, **tables: Any) -> dict[str, dict[str, float]]:
    bench.run("intermediate.int_value_inputs", **tables)
    found: dict[str, dict[str, float]] = {}
    for row in bench.rows("from intermediate.int_value_inputs"):
        found.setdefault(row["customer_key"], {})[row["value_factor"]] = row["factor_value"]
    return found


def _day(age: int) -> datetime.date:
    return AS_OF - datetime.timedelta(age)


@pytest.mark.rules("model_parameters", "company_revenue_plan")
def test_what_is_known_of_a_customer(bench: ScoringBench) -> None:
    found = _values(
        bench,
        int_customers=[{"customer_key": "c", "created_date": _day(731)}],
        int_customer_groups=[
            {"customer_key": "c", "group_key": "g"},
            {"customer_key": "d", "group_key": "g"},
        ],
        int_customer_buying=[
            {"customer_key": "c", "revenue_365": 400_000, "first_purchase_date": _day(365)},
            {"customer_key": "d", "revenue_365": 600_000},
        ],
        int_customer_levels=[{"customer_key": "c", "customer_level": "key"}],
        int_customer_margins=[{"customer_key": "c", "margin_rate": 0.3}],
        int_customer_trends=[{"customer_key": "c", "amount_trend": 1.2}],
        int_customer_payment_behaviour=[{"customer_key": "c", "late_share_amount": 0.25}],
    )["c"]
    assert found == {
        "customer_level": 75,
        "revenue_share": 0.01,  # the group's million of a plan of a hundred
        "tenure": pytest.approx(731 / 365.25, abs=STEP),
        "revenue": 400_000,
        "margin_rate": 0.3,
        "growth": 1.2,
        "payment_discipline": 0.75,
    }


@pytest.mark.parametrize("revenue", [None, 0, -10])
def test_without_revenue_of_the_year_there_is_no_contribution(
    bench: ScoringBench, revenue: int | None
) -> None:
    buying = [] if revenue is None else [{"customer_key": "c", "revenue_365": revenue}]
    found = _values(
        bench,
        int_customers=[{"customer_key": "c"}],
        int_customer_buying=buying,
        int_customer_margins=[{"customer_key": "c", "margin_rate": 0.3}],
        int_customer_trends=[{"customer_key": "c", "amount_trend": 1.2}],
        int_customer_payment_behaviour=[{"customer_key": "c", "late_share_amount": 0.25}],
    )
    assert found == {}


def test_an_unknown_margin_is_not_a_margin_of_nothing(bench: ScoringBench) -> None:
    tables = {
        "int_customers": [{"customer_key": "c"}],
        "int_customer_buying": [{"customer_key": "c", "revenue_365": 5}],
    }
    assert "margin_rate" not in _values(bench, **tables)["c"]
    loss = _values(bench, **tables, int_customer_margins=[{"customer_key": "c", "margin_rate": -0.1}])["c"]
    assert loss["margin_rate"] == 0


def test_more_revenue_never_lowers_the_tier(bench: ScoringBench) -> None:
    amounts = [0, 10, 50_000, 99_999, 100_000, 400_000, 1_000_000, 3_000_000, 5_000_000, 50_000_000]
    for level in (None, "minor", "strategic"):
        keys = [f"c{number:02}" for number in range(len(amounts))]
        bench.run(
            "intermediate.int_customer_values",
            int_customers=[{"customer_key": key, "created_date": _day(1000)} for key in keys],
            int_customer_groups=[{"customer_key": key, "group_key": key} for key in keys],
            int_customer_buying=[
                {"customer_key": key, "revenue_365": amount}
                for key, amount in zip(keys, amounts, strict=True)
            ],
            int_customer_levels=[{"customer_key": key, "customer_level": level} for key in keys]
            if level
            else [],
        )
        ranks = [
            row["value_rank"]
            for row in bench.rows("from intermediate.int_customer_values order by customer_key")
        ]
        assert ranks == sorted(ranks), level
        # nothing bought is inactive; a strategic one that bought nothing is worth winning back
        assert ranks[0] == (2 if level == "strategic" else 0)
        # half the plan: strategic, unless sales says that it does not matter
        assert ranks[-1] == (3 if level == "minor" else 4)


@pytest.mark.rules("customer_levels", "*")
def test_each_level_counts_with_its_points_and_another_customer_changes_nothing(bench: ScoringBench) -> None:
    levels = in_force("customer_levels", AS_OF)
    found = _values(
        bench,
        int_customers=[{"customer_key": row["customer_level"]} for row in levels],
        int_customer_levels=[
            {"customer_key": row["customer_level"], "customer_level": row["customer_level"]} for row in levels
        ],
    )
    expected = {row["customer_level"]: {"customer_level": float(row["importance_points"])} for row in levels}
    assert found == expected
    one = levels[0]["customer_level"]
    alone = _values(
        bench,
        int_customers=[{"customer_key": one}],
        int_customer_levels=[{"customer_key": one, "customer_level": one}],
    )
    assert alone[one] == found[one]
