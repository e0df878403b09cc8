"""Retention rules on both sides of each of their conditions, their order, and the attention matrix."""

import datetime
from typing import Any

import pytest

from tests.rules.rule_tables import in_force
from tests.scoring.bench import AS_OF, ScoringBench

RULES = sorted(in_force("retention_rules", AS_OF), key=lambda row: int(row["priority"]))
MATRIX = in_force("attention_matrix", AS_OF)
FACTORS = {row["factor_id"]: row for row in in_force("risk_factors", AS_OF) if row["dimension"] == "churn"}


def _just_met(rule: dict[str, str]) -> dict[str, Any]:
    """A customer that meets every condition of the rule and no more."""
    return {
        "score": float(rule["score_from"]),
        "value_rank": int(rule["value_rank_from"]),
        "revenue_at_risk": float(rule["revenue_at_risk_from"]),
        "points": {rule["factor_id"]: float(rule["points_from"])} if rule["factor_id"] else {},
    }


def _holds(rule: dict[str, str], customer: dict[str, Any]) -> bool:
    return (
        customer["score"] >= float(rule["score_from"])
        and customer["value_rank"] >= int(rule["value_rank_from"])
        and customer["revenue_at_risk"] >= float(rule["revenue_at_risk_from"])
        and (
            not rule["factor_id"]
            or customer["points"].get(rule["factor_id"], -1) >= float(rule["points_from"])
        )
    )


def _steps(bench: ScoringBench, customers: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    bench.run(
        "intermediate.int_retention_steps",
        int_dimension_scores=[
            {"customer_key": key, "dimension": "churn", "score": row["score"]}
            for key, row in customers.items()
        ],
        int_customer_values=[
            {"customer_key": key, "value_tier": "t", "value_rank": row["value_rank"]}
            for key, row in customers.items()
        ],
        int_customer_outlook=[
            {"customer_key": key, "revenue_at_risk": row["revenue_at_risk"]} for key, row in customers.items()
        ],
        int_factor_points=[
            {"customer_key": key, "dimension": "churn", "factor_id": factor, "points": points}
            for key, row in customers.items()
            for factor, points in row["points"].items()
        ],
    )
    return {row["customer_key"]: row for row in bench.rows("from intermediate.int_retention_steps")}


@pytest.mark.rules("retention_rules", "*")
def test_each_rule_holds_at_its_edge_and_not_below(bench: ScoringBench) -> None:
    customers = {}
    for rule in RULES:
        met = _just_met(rule)
        below = {"score": {**met, "score": met["score"] - 0.01}}
        if met["value_rank"]:
            below["value"] = {**met, "value_rank": met["value_rank"] - 1}
        if met["revenue_at_risk"]:
            below["revenue"] = {**met, "revenue_at_risk": met["revenue_at_risk"] - 0.01}
        if met["points"]:
            below["points"] = {**met, "points": {rule["factor_id"]: met["points"][rule["factor_id"]] - 0.01}}
            below["nothing known"] = {**met, "points": {}}
        customers[rule["rule_id"]] = met
        customers |= {f"{rule['rule_id']} {what}": row for what, row in below.items()}
    found = _steps(bench, customers)
    for name, customer in customers.items():
        first = next((rule for rule in RULES if _holds(rule, customer)), None)
        assert (found[name]["retention_rule"] if name in found else None) == (first and first["rule_id"]), (
            name
        )
    # every rule is the first that holds for somebody
    assert {row["retention_rule"] for row in found.values()} == {rule["rule_id"] for rule in RULES}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["rule_id"])
def test_a_step_names_what_who_and_when(bench: ScoringBench, rule: dict[str, str]) -> None:
    customer = {**_just_met(rule), "points": {}}
    if rule["factor_id"]:
        assert rule["factor_id"] in FACTORS, "a rule waits for a factor that does not exist"
        customer["points"] = {rule["factor_id"]: 100.0}
    row = _steps(bench, {"c": customer})["c"]
    assert row["retention_rule"] in {other["rule_id"] for other in RULES}
    named = next(other for other in RULES if other["rule_id"] == row["retention_rule"])
    assert (row["action_en"], row["action_zh"], row["responsible"]) == (
        named["action_en"],
        named["action_zh"],
        named["responsible"],
    )
    assert row["action_due_date"] == AS_OF + datetime.timedelta(int(named["respond_days"]))


def test_without_a_churn_score_there_is_no_step(bench: ScoringBench) -> None:
    assert _steps(bench, {"c": {**_just_met(RULES[-1]), "score": None}}) == {}


@pytest.mark.rules("attention_matrix", "*")
def test_every_pair_of_tiers_has_its_attention(bench: ScoringBench) -> None:
    pairs = {
        (value["value_tier"], risk["risk_tier"])
        for value in in_force("value_tiers", AS_OF)
        for risk in in_force("risk_tiers", AS_OF)
    }
    tiers = [{"customer_key": f"{v}|{r}", "value_tier": v, "risk_tier": r} for v, r in sorted(pairs)]
    bench.run("intermediate.int_customer_attention", int_customer_tiers=tiers)
    found = {row["customer_key"]: row for row in bench.rows("from intermediate.int_customer_attention")}
    assert found.keys() == {row["customer_key"] for row in tiers}
    for rule in MATRIX:
        row = found[f"{rule['value_tier']}|{rule['risk_tier']}"]
        due = AS_OF + datetime.timedelta(int(rule["respond_days"])) if rule["respond_days"] else None
        assert (row["attention_rule"], row["attention_level"], row["action_due_date"]) == (
            rule["rule_id"],
            rule["attention_level"],
            due,
        )


def test_attention_never_falls_with_risk_or_value() -> None:
    order = {"none": 0, "watch": 1, "act": 2, "escalate": 3}
    risks = [
        row["risk_tier"] for row in sorted(in_force("risk_tiers", AS_OF), key=lambda row: int(row["rank"]))
    ]
    values = [
        row["value_tier"] for row in sorted(in_force("value_tiers", AS_OF), key=lambda row: int(row["rank"]))
    ]
    level = {(row["value_tier"], row["risk_tier"]): order[row["attention_level"]] for row in MATRIX}
    for value in values:
        by_risk = [level[value, risk] for risk in risks if risk != "unrated"]
        assert by_risk == sorted(by_risk), value
    for risk in risks:
        by_value = [level[value, risk] for value in values]
        assert by_value == sorted(by_value), risk


def test_churn_reasons_are_the_largest_losses_first(bench: ScoringBench) -> None:
    lost = {
        "leaving_probability": 3.0,
        "silence_ratio": 9.0,
        "amount_trend": 5.0,
        "frequency_trend": 5.0,
        "engagement_gap": 0.0,
    }
    bench.run(
        "intermediate.int_churn_reasons",
        int_factor_points=[
            {
                "customer_key": "c",
                "dimension": "churn",
                "factor_id": factor,
                "points": contribution,
                "contribution": contribution,
                "reason_code": FACTORS[factor]["reason_code"],
            }
            for factor, contribution in lost.items()
        ],
    )
    [row] = bench.rows("from intermediate.int_churn_reasons")
    first_three = ["silence_ratio", "amount_trend", "frequency_trend"]
    assert [row[f"reason_{place}_en"] for place in (1, 2, 3)] == [
        FACTORS[name]["reason_en"] for name in first_three
    ]
