"""Missing evidence re-weights and is named; few documents cannot look extreme."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.rules.rule_tables import in_force
from tests.scoring.bench import AS_OF
from tests.scoring.cases import Customer, tables

WEIGHTS = {row["factor_id"]: float(row["weight"]) for row in in_force("risk_factors", AS_OF)}
DIMENSIONS = {row["dimension"]: row for row in in_force("risk_dimensions", AS_OF)}
NOBODY = Customer("nobody", due_documents=0, purchases=0, won=0, lost=0, silent_days=None)


def factors(bench, case):
    bench.run("intermediate.int_factor_points", **tables([case]))
    return {row["factor_id"]: row for row in bench.rows("from intermediate.int_factor_points")}


def scores(bench, case):
    [row] = bench.scores(**tables([case])).values()
    return row


def test_no_limit_shares_its_weight_among_the_other_credit_factors(bench):
    rows = factors(bench, Customer("c", utilisation=None))
    missing = rows["utilisation"]
    assert (missing["status"], missing["band"], missing["points"], missing["weight"]) == (
        "insufficient_data",
        None,
        None,
        0,
    )
    paid = ("late_share", "days_beyond_terms", "overdue_share", "overdue_to_billing", "oldest_dpd")
    for factor_id in paid:
        left = sum(WEIGHTS[name] for name in paid)
        assert rows[factor_id]["weight"] == pytest.approx(WEIGHTS[factor_id] / left, abs=1e-6)


def test_a_dimension_without_evidence_leaves_the_composite_to_the_other(bench):
    row = scores(bench, Customer("c", purchases=0, won=0, lost=0, late_share=1.0, days_beyond_terms=90))
    assert (row["churn_score"], row["churn_evidence"]) == (None, "insufficient_data")
    assert row["composite_score"] == row["credit_score"] > 0


def test_both_dimensions_weigh_as_the_rules_say(bench):
    row = scores(bench, Customer("c", late_share=0.5, recency=200))
    weights = {name: float(DIMENSIONS[name]["weight"]) for name in ("credit", "churn")}
    expected = sum(weight * row[f"{name}_score"] for name, weight in weights.items()) / sum(weights.values())
    assert row["composite_score"] == pytest.approx(expected, abs=0.01)


def test_every_dimension_has_a_score_and_says_its_evidence(bench):
    row = scores(bench, NOBODY)
    for name in DIMENSIONS:
        assert (row[f"{name}_score"], row[f"{name}_evidence"]) == (None, "insufficient_data")
    assert {column for column in row if column.endswith("_score")} == {
        *(f"{name}_score" for name in DIMENSIONS),
        "composite_score",
    }


def dimension_rows(scores_by_dimension):
    return [
        {
            "customer_key": "c",
            "dimension": name,
            "factor_id": f"any_{name}",
            "evidence": 99,
            "contribution": score,
            "status": "scored",
        }
        for name, score in scores_by_dimension.items()
    ]


@pytest.mark.rules("risk_dimensions", "*")
@pytest.mark.parametrize("missing", [None, *DIMENSIONS])
def test_the_composite_is_the_weighted_mean_of_what_is_known(bench, missing):
    known = {name: 10.0 * place for place, name in enumerate(DIMENSIONS, 1) if name != missing}
    row = bench.scores(int_factor_points=dimension_rows(known))["c"]
    weights = {name: float(DIMENSIONS[name]["weight"]) for name in known}
    expected = sum(weights[name] * score for name, score in known.items()) / sum(weights.values())
    assert row["composite_score"] == pytest.approx(expected, abs=0.01)
    assert {name: row[f"{name}_score"] for name in DIMENSIONS} == {
        name: known.get(name) for name in DIMENSIONS
    }


def test_the_golden_weighted_mean(bench):
    # the published example of a weighted health score: 83 x 7/23 + 71 x 5/23 + 78 x 8/23 + 54 x 3/23
    bench.run(
        int_dimension_scores=[
            {
                "customer_key": "c",
                "dimension": name,
                "score": score,
                "evidence_status": "scored",
                "weight": w / 23,
                "evidence_weight": 1.0,
            }
            for name, score, w in (
                ("credit", 83.0, 7),
                ("churn", 71.0, 5),
                ("contract", 78.0, 8),
                ("loyalty", 54.0, 3),
            )
        ]
    )
    assert bench.rows("from intermediate.int_composite_scores")[0]["composite_score"] == 74.87


@pytest.mark.rules("model_parameters", "min_evidence_weight")
@pytest.mark.parametrize(("known", "is_rated"), [
    ({"relationship": 90.0}, False),
    ({"relationship": 90.0, "complaint": 80.0, "protection": 70.0}, False),  # 0.19
    ({"contract": 90.0, "protection": 80.0, "loyalty": 70.0}, True),  # 0.20
    ({"churn": 90.0}, True),
])  # fmt: skip
def test_too_little_of_the_model_makes_no_composite_and_no_tier(bench, known, is_rated):
    row = bench.scores(int_factor_points=dimension_rows(known))["c"]
    assert row["evidence_weight"] == pytest.approx(sum(float(DIMENSIONS[name]["weight"]) for name in known))
    assert (row["composite_score"] is not None, row["risk_tier"] != "unrated") == (is_rated, is_rated)
    assert row["relationship_score"] == known.get("relationship")


@pytest.mark.rules("risk_tiers", "unrated")
def test_nobody_has_no_score_and_no_tier(bench):
    row = scores(bench, NOBODY)
    assert (row["credit_score"], row["churn_score"], row["composite_score"]) == (None, None, None)
    assert (row["credit_evidence"], row["churn_evidence"]) == ("insufficient_data", "insufficient_data")
    assert (row["risk_tier"], row["value_tier"], row["hard_rule"]) == ("unrated", "inactive", None)


def test_a_prospect_cannot_leave(bench):
    rows = factors(bench, replace(NOBODY, lost=3, silent_days=400))
    assert rows["lost_deal_share"]["status"] == rows["engagement_gap"]["status"] == "insufficient_data"
    rows = factors(bench, replace(NOBODY, won=1, lost=3, silent_days=400))
    assert rows["lost_deal_share"]["status"] == rows["engagement_gap"]["status"] == "scored"


def test_a_customer_outside_the_crm_is_not_silent_there(bench):
    assert factors(bench, Customer("c", is_in_crm=False, silent_days=400))["engagement_gap"]["points"] is None


def test_nothing_open_is_measured_as_nothing_overdue(bench):
    rows = factors(bench, Customer("c", not_due=0.0))
    for factor_id in ("overdue_share", "overdue_to_billing", "oldest_dpd"):
        assert (rows[factor_id]["factor_value"], rows[factor_id]["points"]) == (0, 0)
        assert rows[factor_id]["status"] == "scored"


def test_nothing_fallen_due_is_no_credit_evidence(bench):
    row = scores(bench, Customer("c", due_documents=0, matured=0, utilisation=0.1))
    assert (row["credit_score"], row["credit_evidence"]) == (None, "insufficient_data")


def test_a_history_older_than_the_lookback_stands_at_the_prior(bench):
    # neither the perfect score of "never late" nor insufficient data: it did fall due, long ago
    rows = factors(bench, Customer("c", matured=0))
    prior = next(row for row in in_force("risk_factors", AS_OF) if row["factor_id"] == "late_share")[
        "prior_value"
    ]
    assert rows["late_share"]["factor_value"] == pytest.approx(float(prior))
    assert scores(bench, Customer("c", matured=0))["credit_evidence"] == "thin"


@pytest.mark.parametrize(("matured", "evidence"), [(1, "thin"), (4, "thin"), (5, "scored"), (6, "scored")])
def test_both_sides_of_enough_documents(bench, matured, evidence):
    assert int(DIMENSIONS["credit"]["min_evidence"]) == 5
    assert scores(bench, Customer("c", matured=matured))["credit_evidence"] == evidence


@pytest.mark.parametrize(("purchases", "evidence"), [(3, "thin"), (4, "scored")])
def test_both_sides_of_enough_purchases(bench, purchases, evidence):
    assert int(DIMENSIONS["churn"]["min_evidence"]) == 4
    assert scores(bench, Customer("c", purchases=purchases))["churn_evidence"] == evidence


def test_few_documents_are_shrunk_to_the_prior(bench):
    values = [
        factors(bench, Customer("c", due_documents=n, matured=n, late_share=1.0))["late_share"][
            "factor_value"
        ]
        for n in (1, 3, 40)
    ]
    assert values == pytest.approx([(n + 2 * 0.25) / (n + 2) for n in (1, 3, 40)], abs=1e-6)


@pytest.mark.rules("model_parameters", "silence_min_purchases")
def test_one_purchase_has_no_rhythm(bench):
    assert (
        factors(bench, Customer("c", purchases=1, mean_gap=None))["silence_ratio"]["status"]
        == "insufficient_data"
    )
    # two invoices on one day are no gap either
    assert (
        factors(bench, Customer("c", purchases=2, mean_gap=None))["silence_ratio"]["status"]
        == "insufficient_data"
    )
    assert factors(bench, Customer("c", purchases=2, mean_gap=30.0))["silence_ratio"]["status"] == "scored"


@pytest.mark.rules("risk_factors", "purchase_gap")
def test_who_bought_once_is_measured_by_the_days_since(bench):
    once = factors(bench, Customer("c", purchases=1, mean_gap=None, tenure=90, recency=90))
    assert (once["purchase_gap"]["factor_value"], once["purchase_gap"]["points"]) == (90, 35)
    assert factors(bench, NOBODY)["purchase_gap"]["status"] == "insufficient_data"


@pytest.mark.rules("model_parameters", "silence_prior_gap_days", "silence_prior_gaps")
def test_silence_is_measured_against_the_own_shrunk_gap(bench):
    # 10 gaps of 30 days and 2 assumed ones of 45: a usual gap of 32.5 days
    case = Customer("c", purchases=11, tenure=365, recency=65, mean_gap=30.0)
    assert factors(bench, case)["silence_ratio"]["factor_value"] == pytest.approx(65 / 32.5)


@pytest.mark.rules("model_parameters", "trend_min_days")
@pytest.mark.parametrize(("tenure", "status"), [(359, "insufficient_data"), (360, "scored")])
def test_a_frequency_trend_needs_half_a_year_before_its_window(bench, tenure, status):
    assert factors(bench, Customer("c", tenure=tenure))["frequency_trend"]["status"] == status


@pytest.mark.parametrize(("tenure", "status"), [(544, "insufficient_data"), (545, "scored")])
def test_an_amount_trend_needs_half_a_year_before_its_window(bench, tenure, status):
    assert factors(bench, Customer("c", tenure=tenure))["amount_trend"]["status"] == status


def test_no_revenue_the_year_before_is_no_trend(bench):
    assert factors(bench, Customer("c", revenue_prior=0.0))["amount_trend"]["status"] == "insufficient_data"
    assert (
        factors(bench, Customer("c", expected_180=None))["frequency_trend"]["status"] == "insufficient_data"
    )


def test_a_debt_without_billing_is_the_worst_in_months_of_billing(bench):
    row = factors(bench, Customer("c", overdue=5000.0, oldest_dpd=10, revenue=0.0))["overdue_to_billing"]
    assert row["points"] == 100
