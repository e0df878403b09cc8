"""Both sides of every band edge of every factor, and each null branch, through the models' own SQL."""

from __future__ import annotations

import math

import pytest

from tests.rules.rule_tables import in_force, points
from tests.scoring.bench import AS_OF

FACTORS = in_force("risk_factors", AS_OF)
BANDS = in_force("factor_bands", AS_OF)
STEP = 0.000001  # values are rounded to six decimals before they are banded


def bands_of(factor_id):
    return [row for row in BANDS if row["factor_id"] == factor_id]


def edges():
    """(factor, value, band) just below, at and just above each lower bound, and far beyond the last one."""
    for factor in FACTORS:
        rows = bands_of(factor["factor_id"])
        for index, row in enumerate(rows):
            at = float(row["lower_bound"])
            yield factor["factor_id"], at, index + 1
            yield factor["factor_id"], at + STEP, index + 1
            if index:
                yield factor["factor_id"], at - STEP, index
        yield factor["factor_id"], float(rows[-1]["lower_bound"]) * 1000, len(rows)


def value_row(key, factor_id, value, evidence=10):
    dimension = next(row["dimension"] for row in FACTORS if row["factor_id"] == factor_id)
    return {
        "customer_key": key,
        "factor_id": factor_id,
        "dimension": dimension,
        "factor_value": value,
        "evidence": evidence,
    }


@pytest.fixture(scope="module")
def banded(bench):
    rows = [value_row(f"{factor}|{value!r}", factor, value) for factor, value, _ in edges()]
    bench.run("intermediate.int_factor_points", int_factor_values=rows)
    return {row["customer_key"]: row for row in bench.rows("from intermediate.int_factor_points")}


@pytest.mark.rules("factor_bands", "*")
@pytest.mark.rules("risk_factors", "*")
@pytest.mark.parametrize(("factor_id", "value", "band"), [*edges()])
def test_each_side_of_an_edge_is_in_its_band(banded, factor_id, value, band):
    row = banded[f"{factor_id}|{value!r}"]
    assert row["band"] == band
    assert row["status"] == "scored"
    assert math.isclose(row["points"], points(bands_of(factor_id), value), abs_tol=0.0001)


@pytest.mark.parametrize("factor_id", [row["factor_id"] for row in FACTORS])
def test_points_do_not_jump_at_an_edge(banded, factor_id):
    for row in bands_of(factor_id)[1:]:
        at = float(row["lower_bound"])
        below, above = banded[f"{factor_id}|{at - STEP!r}"], banded[f"{factor_id}|{at + STEP!r}"]
        assert abs(below["points"] - above["points"]) < 0.001


def test_a_value_outside_every_band_is_never_scored_in_silence(bench):
    # fct tests fail on such a row: a value without a band
    bench.run("intermediate.int_factor_points", int_factor_values=[value_row("c", "late_share", -0.1)])
    [row] = bench.rows("from intermediate.int_factor_points")
    assert (row["band"], row["points"], row["weight"], row["status"]) == (None, None, 0, "insufficient_data")


def tier_of(bench, score):
    scores = [
        {
            "customer_key": "c",
            "composite_score": score,
        }
    ]
    bench.run(int_composite_scores=scores)
    [row] = bench.rows("from intermediate.int_customer_tiers")
    return row["risk_tier"]


@pytest.mark.rules("risk_tiers", "low", "moderate", "high", "critical")
@pytest.mark.parametrize("tier", [row for row in in_force("risk_tiers", AS_OF) if row["score_from"]])
def test_both_sides_of_a_tier_edge(bench, tier):
    start = float(tier["score_from"])
    ranked = {int(row["rank"]): row["risk_tier"] for row in in_force("risk_tiers", AS_OF)}
    assert tier_of(bench, start) == tier["risk_tier"]
    if start > 0:
        assert tier_of(bench, start - 0.01) == ranked[int(tier["rank"]) - 1]
    assert tier_of(bench, float(tier["score_to"] or 100.01) - 0.01) == tier["risk_tier"]
