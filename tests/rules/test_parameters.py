"""Parameters of the models that one comparison reads: both sides of their edge."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.rules.rule_tables import in_force
from tests.scoring.bench import AS_OF, ScoringBench

PARAMETERS = {row["parameter"]: float(row["value"]) for row in in_force("model_parameters", AS_OF)}


@pytest.fixture(scope="module")
def bench() -> ScoringBench:
    """The models under test on an in-memory warehouse: their inputs are tables that a test writes."""
    return ScoringBench(
        {
            "int_consent_states",
            "int_customer_feedback",
            "int_customer_consent_use",
            "int_customer_lifetime_value",
            "int_driver_matrix",
            "int_driver_regression",
            "int_plan_expiry",
            "int_satisfaction_drivers",
        }
    )


@pytest.mark.rules("model_parameters", "consent_warning_days")
def test_a_consent_is_expiring_within_the_warning(bench: ScoringBench) -> None:
    warning = int(PARAMETERS["consent_warning_days"])
    left = {0: "expired", 1: "expiring", warning: "expiring", warning + 1: "active"}
    consents = [
        {"consent_id": str(days), "given_date": AS_OF - timedelta(9), "expiry_date": AS_OF + timedelta(days)}
        for days in left
    ]
    bench.run("intermediate.int_consent_states", int_consents=consents)
    rows = bench.rows("select consent_id, consent_state from intermediate.int_consent_states")
    assert {int(row["consent_id"]): row["consent_state"] for row in rows} == left


@pytest.mark.rules("model_parameters", "protection_lookback_days")
def test_contacts_of_the_lookback_are_measured(bench: ScoringBench) -> None:
    days = int(PARAMETERS["protection_lookback_days"])
    contacts = [
        {
            "customer_key": str(age),
            "record_id": str(age),
            "contact_date": AS_OF - timedelta(age),
            "coverage": "covered",
        }
        for age in (-1, 0, days - 1, days)
    ]
    bench.run("intermediate.int_customer_consent_use", int_contact_coverage=contacts)
    rows = bench.rows("select customer_key from intermediate.int_customer_consent_use")
    assert {row["customer_key"] for row in rows} == {"0", str(days - 1)}


@pytest.mark.rules("model_parameters", "driver_min_answers", "driver_performance_split")
def test_a_driver_needs_answers_and_performs_well_from_the_split(bench: ScoringBench) -> None:
    least, split = int(PARAMETERS["driver_min_answers"]), PARAMETERS["driver_performance_split"]
    cases = {
        "attribute_at": (least, split, "scored", True),
        "attribute_few": (least - 1, split, "thin", True),
        "attribute_poor": (least, split - 0.01, "scored", False),
    }
    spread = {"correlation": 0.5, "deviation": 1.0, "other_deviation": 1.0}
    bench.run(
        "intermediate.int_satisfaction_drivers",
        int_driver_correlations=[
            {"variable": name, "other_variable": other, "pairs": pairs, "mean_rating": mean, **spread}
            for name, (pairs, mean, _, _) in cases.items()
            for other in (name, "overall")
        ],
        int_driver_regression=[{"variable": name, "standardised_slope": 0.3} for name in cases],
    )
    rows = bench.rows("from intermediate.int_satisfaction_drivers")
    assert {
        f"attribute_{row['attribute']}": (row["evidence_status"], row["performs_well"]) for row in rows
    } == {name: (status, well) for name, (_, _, status, well) in cases.items()}


@pytest.mark.rules("model_parameters", "points_expiring_days")
def test_points_expire_within_the_days_of_the_rule(bench: ScoringBench) -> None:
    days = int(PARAMETERS["points_expiring_days"])
    left = {0: (0, 1), 1: (1, 0), days: (1, 0), days + 1: (0, 0)}
    lots = [
        {"customer_key": str(age), "plan": "p", "points_left": 1, "expiry_date": AS_OF + timedelta(age)}
        for age in left
    ]
    bench.run("intermediate.int_plan_expiry", int_loyalty_lots=lots)
    rows = bench.rows("from intermediate.int_plan_expiry")
    assert {
        int(row["customer_key"]): (row["points_expiring"], row["points_past_expiry"]) for row in rows
    } == left


@pytest.mark.rules(
    "model_parameters", "default_margin_rate", "lifetime_years", "lifetime_retention", "lifetime_discount"
)
def test_a_lifetime_is_the_sum_of_its_years(bench: ScoringBench) -> None:
    margins = {"assumed": PARAMETERS["default_margin_rate"], "known": 0.35}
    bench.run(
        "intermediate.int_customer_lifetime_value",
        int_customer_buying=[{"customer_key": key, "revenue_to_date": 500} for key in margins],
        int_customer_outlook=[
            {"customer_key": key, "leaving_probability": 0.25, "yearly_revenue": 1000} for key in margins
        ],
        int_customer_margins=[{"customer_key": "known", "margin_rate": 0.35}],
    )
    kept = PARAMETERS["lifetime_retention"] / (1 + PARAMETERS["lifetime_discount"])
    years = sum(kept**year for year in range(int(PARAMETERS["lifetime_years"])))
    for row in bench.rows("from intermediate.int_customer_lifetime_value"):
        expected = 0.75 * 1000 * margins[row["customer_key"]] * years
        assert float(row["expected_value"]) == pytest.approx(expected, abs=0.005)
        assert row["is_margin_defaulted"] == (row["customer_key"] == "assumed")


@pytest.mark.rules("model_parameters", "feedback_window_days")
def test_answers_of_the_window_are_the_present(bench: ScoringBench) -> None:
    days = int(PARAMETERS["feedback_window_days"])
    before = {"metric": "csat", "survey_score": 5.0, "survey_date": AS_OF - timedelta(days + 1)}
    now = {"metric": "csat", "survey_score": 1.0, "is_off_scale": False}
    answers = [
        {**row, "customer_key": str(age), "is_off_scale": False}
        for age in (days - 1, days)
        for row in (before, {**now, "survey_date": AS_OF - timedelta(age)})
    ]
    bench.run("intermediate.int_customer_feedback", int_scaled_answers=answers)
    rows = bench.rows("select customer_key, feedback_fall from intermediate.int_customer_feedback")
    assert {row["customer_key"]: row["feedback_fall"] for row in rows} == {str(days - 1): 1}


@pytest.mark.rules("model_parameters", "driver_pivot_tolerance")
@pytest.mark.parametrize(("beyond", "has_slope"), [(0.0001, True), (-0.0001, False)])
def test_what_others_explain_up_to_the_tolerance_has_no_slope(
    bench: ScoringBench, beyond: float, has_slope: bool
) -> None:
    # the pivot of the second of two attributes is 1 - r x r of the two
    shared = (1 - PARAMETERS["driver_pivot_tolerance"] - beyond) ** 0.5
    pairs = {
        ("attribute_a", "attribute_a"): 1.0,
        ("attribute_b", "attribute_b"): 1.0,
        ("attribute_a", "attribute_b"): shared,
        ("attribute_b", "attribute_a"): shared,
        ("attribute_a", "overall"): 0.6,
        ("attribute_b", "overall"): 0.5,
    }
    bench.run(
        "intermediate.int_driver_regression",
        int_driver_correlations=[
            {"variable": one, "other_variable": other, "correlation": value}
            for (one, other), value in pairs.items()
        ],
    )
    rows = bench.rows("from intermediate.int_driver_regression")
    found = {row["variable"]: row["standardised_slope"] is not None for row in rows}
    assert found == {"attribute_a": True, "attribute_b": has_slope}
