"""What alerts and controls may watch: every factor and score, and the customer's state as a whole."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.rules.rule_tables import in_force
from tests.scoring.bench import AS_OF


def measures(bench, **tables):
    bench.run("intermediate.int_watched_measures", int_customers=[{"customer_key": "c"}], **tables)
    rows = bench.rows("from intermediate.int_watched_measures where customer_key = 'c'")
    return {row["watched_measure"]: row["measure_value"] for row in rows}


def test_a_measure_without_a_value_has_no_row(bench):
    values = measures(
        bench,
        int_factor_values=[
            {"customer_key": "c", "factor_id": "late_share", "factor_value": 0.5},
            {"customer_key": "c", "factor_id": "utilisation", "factor_value": None},
        ],
        int_dimension_scores=[
            {"customer_key": "c", "dimension": "credit", "score": 40.0},
            {"customer_key": "c", "dimension": "churn", "score": None},
        ],
        int_composite_scores=[{"customer_key": "c", "composite_score": 40.0}],
    )
    assert values == {"late_share": 0.5, "credit_score": 40.0, "composite_score": 40.0}


def state(bench, **tables):
    tiers = [{"customer_key": "c", "risk_tier": "high"}]
    return measures(bench, int_customer_tiers=tiers, **tables)


def test_the_state_of_a_customer_is_measured(bench):
    values = state(
        bench,
        int_hard_rule_hits=[{"customer_key": "c", "hard_rule": "bankruptcy", "minimum_rank": 4}],
        int_customer_receivables=[{"customer_key": "c", "utilisation": 0.7}],
        int_customer_reviews=[{"customer_key": "c", "next_review_date": AS_OF - timedelta(days=3)}],
    )
    assert values == {
        "tier_rank": 3,
        "hard_rule_rank": 4,
        "limit_utilisation": 0.7,
        "review_overdue_days": 3,
    }


def test_no_hard_rule_is_rank_nil_and_no_limit_is_no_measure(bench):
    assert state(bench) == {"tier_rank": 3, "hard_rule_rank": 0}


@pytest.mark.rules("model_parameters", "rise_from_days", "rise_to_days")
@pytest.mark.parametrize(("days", "rise"), [(24, None), (25, 30.0), (65, 30.0), (66, None)])
def test_a_rise_looks_back_about_a_month(bench, days, rise):
    values = state(
        bench,
        int_composite_scores=[{"customer_key": "c", "composite_score": 50.0}],
        stg_history__customer_tiers=[
            {"as_of_date": AS_OF - timedelta(days=days), "customer_key": "c", "composite_score": 20.0},
            {"as_of_date": AS_OF - timedelta(days=70), "customer_key": "c", "composite_score": 10.0},
        ],
    )
    assert values.get("score_rise") == rise


def test_the_latest_date_in_the_window_is_compared(bench):
    values = state(
        bench,
        int_composite_scores=[{"customer_key": "c", "composite_score": 50.0}],
        stg_history__customer_tiers=[
            {"as_of_date": AS_OF - timedelta(days=age), "customer_key": "c", "composite_score": score}
            for age, score in ((60, 10.0), (30, 45.0), (1, 50.0))
        ],
    )
    assert values["score_rise"] == 5.0


def test_every_rule_watches_a_measure_that_exists(bench):
    known = {row["factor_id"] for row in in_force("risk_factors", AS_OF)}
    known |= {f"{row['dimension']}_score" for row in in_force("risk_dimensions", AS_OF)}
    known |= {"composite_score", "tier_rank", "hard_rule_rank", "score_rise"}
    known |= {"limit_utilisation", "review_overdue_days"}
    named = {rule["watched_measure"] for rule in in_force("alert_rules", AS_OF)}
    assert named <= known
