"""Who is assessed how, what a thin file costs, and when a customer is reviewed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from tests.rules.rule_tables import in_force, on_every_breakpoint, read
from tests.scoring.bench import AS_OF
from tests.scoring.cases import Customer, tables

FACTORS = in_force("new_customer_factors", AS_OF)
GRADES = in_force("new_customer_grades", AS_OF)
NEW = Customer("c", purchases=2, tenure=100, recency=10, due_documents=1, matured=1, mean_gap=90.0)
SILENT = Customer("c", purchases=0, due_documents=0, not_due=0.0, won=0, lost=0, silent_days=None)


def path_of(bench, case):
    bench.run("intermediate.int_customer_paths", **tables([case]))
    [row] = bench.rows("from intermediate.int_customer_paths")
    return row["assessment_path"]


@pytest.mark.rules("assessment_paths", "prospect", "new", "thin", "established")
@pytest.mark.parametrize(
    ("case", "path"),
    [
        (SILENT, "prospect"),
        (NEW, "new"),
        (replace(NEW, tenure=365), "new"),
        (replace(NEW, tenure=366), "thin"),
        (replace(NEW, due_documents=4, matured=4), "new"),
        (replace(NEW, due_documents=5, matured=5), "established"),
        (replace(NEW, tenure=366, due_documents=4, matured=4), "thin"),
        (replace(NEW, tenure=366, due_documents=5, matured=5), "established"),
    ],
)
def test_both_sides_of_a_path(bench, case, path):
    assert path_of(bench, case) == path


def test_the_paths_agree_with_the_least_credit_evidence():
    for _, [paths, dimensions] in on_every_breakpoint("assessment_paths", "risk_dimensions"):
        [least] = [int(row["min_evidence"]) for row in dimensions if row["dimension"] == "credit"]
        limits = {int(row["max_matured_documents"]) for row in paths if row["max_matured_documents"]}
        assert limits == {least - 1}
        last = max(paths, key=lambda row: int(row["sort_order"]))
        assert {last[name] for name in last if name.startswith("max_")} == {""}, "somebody meets no path"


def assessed(bench, known, case=NEW, stated=None):
    """The assessment of a customer whose factors have these values; `stated` are what others say of it."""
    rows = [
        {"customer_key": "c", "dimension": "credit", "factor_id": factor, "factor_value": float(value)}
        for factor, value in known.items()
    ]
    said = [
        {"customer_key": "c", "factor_id": factor, "raw_value": float(value)}
        for factor, value in (stated or {}).items()
    ]
    bench.run(
        "intermediate.int_new_customer_assessments",
        **tables([case]),
        int_factor_values=rows,
        int_assessment_measures=said,
    )
    rows = bench.rows("from intermediate.int_new_customer_assessments")
    return rows[0] if rows else None


def values(factor):
    """A value of a factor at which it costs nothing, and one at which it costs everything."""
    rows = [row for row in in_force("factor_bands", AS_OF) if row["factor_id"] == factor]
    best = next(row for row in rows if float(row["points_at_lower"]) == 0)
    worst = next(row for row in rows if float(row["points_at_lower"]) == 100)
    return {0: float(best["lower_bound"]), 100: float(worst["lower_bound"])}


def test_nothing_known_scores_what_silence_costs(bench):
    row = assessed(bench, {"utilisation": 0})
    expected = sum(float(rule["weight"]) * float(rule["points_if_unknown"]) for rule in FACTORS)
    assert row["assessment_score"] == pytest.approx(expected, abs=0.01)
    assert row["known_share"] == 0
    assert row["missing_factors"] == ",".join(sorted(rule["factor_id"] for rule in FACTORS))


@pytest.mark.rules("new_customer_factors", "*")
@pytest.mark.parametrize("rule", FACTORS, ids=lambda rule: rule["factor_id"])
@pytest.mark.parametrize("value", [0, 100])
def test_each_factor_counts_with_its_weight(bench, rule, value):
    nothing = assessed(bench, {"utilisation": 0})
    row = assessed(bench, {rule["factor_id"]: values(rule["factor_id"])[value]})
    weight, unknown = float(rule["weight"]), float(rule["points_if_unknown"])
    moved = row["assessment_score"] - nothing["assessment_score"]
    assert moved == pytest.approx(weight * (value - unknown), abs=0.011)
    assert row["known_share"] == pytest.approx(weight)
    assert rule["factor_id"] not in row["missing_factors"].split(",")


def test_what_others_say_counts_here_before_it_may_judge(bench):
    stated = assessed(bench, {"utilisation": 0}, stated={"industry_risk": values("industry_risk")[100]})
    scored = assessed(bench, {"industry_risk": values("industry_risk")[100]})
    assert stated["assessment_score"] == scored["assessment_score"]
    assert "industry_risk" not in stated["missing_factors"].split(",")


def test_an_established_customer_is_not_assessed(bench):
    assert assessed(bench, {"bureau_score": 100}, replace(NEW, due_documents=9, matured=9)) is None


def grade_of(bench, score):
    rows = [
        {
            "customer_key": "c",
            "factor_id": "bureau_score",
            "is_known": True,
            "weight": 1,
            "contribution": score,
        }
    ]
    bench.run("intermediate.int_new_customer_assessments", int_new_customer_factors=rows)
    [row] = bench.rows("from intermediate.int_new_customer_assessments")
    return row


@pytest.mark.rules("new_customer_grades", "*")
@pytest.mark.parametrize("rule", GRADES, ids=lambda rule: rule["grade"])
def test_both_sides_of_a_grade(bench, rule):
    ranked = {int(row["rank"]): row["grade"] for row in GRADES}
    start = float(rule["score_from"])
    row = grade_of(bench, start)
    assert row["grade"] == rule["grade"]
    caps = ("limit_cap", "starting_limit", "terms_days", "review_days")
    assert [float(row[name]) for name in caps] == [float(rule[name]) for name in caps]
    if start:
        assert grade_of(bench, start - 0.01)["grade"] == ranked[int(rule["rank"]) - 1]
    if rule["score_to"]:
        assert grade_of(bench, float(rule["score_to"]) - 0.01)["grade"] == rule["grade"]
    else:
        assert grade_of(bench, 100)["grade"] == rule["grade"]


def test_grades_and_weights_are_whole():
    for on, [factors, grades] in on_every_breakpoint("new_customer_factors", "new_customer_grades"):
        assert sum(float(row["weight"]) for row in factors) == pytest.approx(1), on
        ordered = sorted(grades, key=lambda row: int(row["rank"]))
        assert (float(ordered[0]["score_from"]), ordered[-1]["score_to"]) == (0, "")
        for better, worse in pairwise(ordered):
            assert better["score_to"] == worse["score_from"]
            for name in ("limit_cap", "starting_limit", "terms_days"):
                assert float(better[name]) >= float(worse[name]), (worse["grade"], name)
    known = {row["factor_id"] for row in read("risk_factors")}
    assert {row["factor_id"] for row in read("new_customer_factors")} <= known


def review(bench, tier="low", since=AS_OF, reviewed=None, grade_days=None, case=NEW):
    given = tables([case])
    given["int_customer_tiers"] = [{"customer_key": "c", "risk_tier": tier, "value_tier": "small"}]
    given["int_customer_tier_changes"] = [{"customer_key": "c", "risk_tier_since": since}]
    given["int_new_customer_assessments"] = [{"customer_key": "c", "review_days": grade_days}] * bool(
        grade_days
    )
    if reviewed:
        given["int_customer_identities"] = [
            {"source_system": "files", "source_customer_id": "1", "customer_key": "c"}
        ]
        given["stg_rules__risk_reviews"] = [
            {
                "review_id": "R1",
                "source_system": "files",
                "source_customer_id": "1",
                "reviewed_date": reviewed,
            }
        ]
    bench.run("intermediate.int_customer_reviews", **given)
    return bench.rows("from intermediate.int_customer_reviews")


@pytest.mark.rules("review_periods", "*")
@pytest.mark.parametrize("rule", in_force("review_periods", AS_OF), ids=lambda rule: rule["risk_tier"])
def test_each_tier_has_its_period(bench, rule):
    [row] = review(bench, rule["risk_tier"], case=replace(NEW, due_documents=9, matured=9))
    assert row["next_review_date"] == AS_OF + timedelta(days=int(rule["review_days"]))
    assert row["last_review_date"] is None


def test_a_review_restarts_the_period_and_a_later_change_of_tier_does(bench):
    since = AS_OF - timedelta(days=200)
    [row] = review(bench, "low", since, reviewed=AS_OF - timedelta(days=5))
    assert row["next_review_date"] == AS_OF + timedelta(days=360)
    assert row["last_review_date"] == AS_OF - timedelta(days=5)
    [row] = review(bench, "critical", AS_OF - timedelta(days=2), reviewed=AS_OF - timedelta(days=100))
    assert row["next_review_date"] == AS_OF + timedelta(days=28)


def test_a_grade_shortens_the_period_and_never_lengthens_it(bench):
    assert review(bench, "low", grade_days=90)[0]["review_days"] == 90
    assert review(bench, "critical", grade_days=90)[0]["review_days"] == 30


def test_a_prospect_is_not_reviewed(bench):
    assert review(bench, case=SILENT) == []
