"""Recommended controls: the SQL picks what the rule table says, on both sides of every value."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.rules.rule_tables import in_force
from tests.scoring.bench import AS_OF, ScoringBench, models_of

RULES = in_force("control_rules", AS_OF)
STEP = 0.000001


@pytest.fixture(scope="module")
def bench():
    return ScoringBench(models_of("watching") | {"mart_controls"})


def values():
    """(measure, value) on both sides of every edge of every rule."""
    for rule in RULES:
        for edge in (rule["min_value"], rule["max_value"]):
            if edge:
                yield rule["watched_measure"], float(edge)
                yield rule["watched_measure"], float(edge) - STEP


def expected(customer, measure, value):
    """{control type: rule} by the rule table, read plainly."""
    found = {}
    for rule in sorted(RULES, key=lambda row: (int(row["priority"]), row["control_rule_id"])):
        if any(rule[name] not in ("", customer[name]) for name in customer):
            continue
        if rule["watched_measure"]:
            if rule["watched_measure"] != measure:
                continue
            if rule["min_value"] and value < float(rule["min_value"]):
                continue
            if rule["max_value"] and value >= float(rule["max_value"]):
                continue
        found.setdefault(rule["control_type"], rule["control_rule_id"])
    return found


@pytest.mark.rules("control_rules", "*")
def test_every_customer_gets_the_rule_the_table_names(bench):
    names = [
        ("risk_tier", "risk_tiers", "risk_tier"),
        ("value_tier", "value_tiers", "value_tier"),
        ("assessment_path", "assessment_paths", "assessment_path"),
    ]
    tiers, value_tiers, paths = ([row[key] for row in in_force(table, AS_OF)] for _, table, key in names)
    cases = {}
    for measure, value in sorted(set(values())):
        for tier in tiers:
            for value_tier in value_tiers:
                for path in paths:
                    key = f"{measure}|{value!r}|{tier}|{value_tier}|{path}"
                    customer = {"risk_tier": tier, "value_tier": value_tier, "assessment_path": path}
                    cases[key] = (customer, measure, value)
    bench.run(
        "marts.mart_controls",
        int_customers=[{"customer_key": key} for key in cases],
        int_customer_tiers=[
            {"customer_key": key, "risk_tier": c["risk_tier"], "value_tier": c["value_tier"]}
            for key, (c, _, _) in cases.items()
        ],
        int_customer_paths=[
            {"customer_key": key, "assessment_path": c["assessment_path"]} for key, (c, _, _) in cases.items()
        ],
        int_watched_measures=[
            {"customer_key": key, "watched_measure": measure, "measure_value": value}
            for key, (_, measure, value) in cases.items()
        ],
    )
    rows = bench.rows("from marts.mart_controls")
    found = {}
    for row in rows:
        found.setdefault(row["customer_key"], {})[row["control_type"]] = row["control_rule_id"]
    assert found == {key: expected(*case) for key, case in cases.items()}
    assert {row["control_rule_id"] for row in rows} == {rule["control_rule_id"] for rule in RULES}
    by_id = {rule["control_rule_id"]: rule for rule in RULES}
    for row in rows:
        rule = by_id[row["control_rule_id"]]
        assert row["action_due_date"] == AS_OF + timedelta(days=int(rule["due_days"]))
        assert (row["action_owner"], row["control_zh"]) == (rule["action_owner"], rule["label_zh"])


def terms(bench, tier, *, revenue=0.0, agreed=None, grade=None):
    assessment = {"customer_key": "c", **(grade or {})}
    bench.run(
        "marts.mart_controls",
        int_customers=[{"customer_key": "c", "terms_days": agreed, "credit_limit": 5000}],
        int_customer_tiers=[{"customer_key": "c", "risk_tier": tier, "value_tier": "small"}],
        int_customer_paths=[{"customer_key": "c", "assessment_path": "new" if grade else "established"}],
        int_customer_buying=[{"customer_key": "c", "revenue_365": revenue}],
        int_new_customer_assessments=[assessment] if grade else [],
    )
    rows = {row["control_type"]: row for row in bench.rows("from marts.mart_controls")}
    limit, days = rows["credit_limit"], rows["payment_terms"]
    assert limit["credit_limit"] == 5000
    assert limit["recommended_terms_days"] is None
    return float(limit["recommended_limit"]), days["recommended_terms_days"]


GRADE = {"limit_cap": 50000, "starting_limit": 20000, "terms_days": 20}


@pytest.mark.parametrize(
    ("tier", "revenue", "agreed", "grade", "limit", "days"),
    [
        ("low", 1200000.0, 60, None, 300000, 60),
        ("low", 1200000.0, 120, None, 300000, 90),
        ("moderate", 1200000.0, None, None, 200000, 45),
        ("high", 1200000.0, 60, None, 100000, 15),
        ("critical", 1200000.0, 60, None, 0, 0),
        ("low", 5000.0, 60, None, 1000, 60),
        ("low", 0.0, None, None, 0, 90),
        # on an assessed path: at least where the grade starts, at most its cap, its terms; critical gets nothing
        ("low", 0.0, None, GRADE, 20000, 20),
        ("low", 120000.0, 10, GRADE, 30000, 10),
        ("low", 1200000.0, 60, GRADE, 50000, 20),
        ("critical", 1200000.0, 60, GRADE, 0, 0),
    ],
)
def test_limit_and_terms(bench, tier, revenue, agreed, grade, limit, days):
    assert terms(bench, tier, revenue=revenue, agreed=agreed, grade=grade) == (limit, days)


def test_a_worse_tier_is_never_lent_more_or_longer():
    rank = {row["risk_tier"]: int(row["rank"]) for row in in_force("risk_tiers", AS_OF)}
    for column, kind in (("limit_months", "credit_limit"), ("terms_to", "payment_terms")):
        rules = [row for row in RULES if row["control_type"] == kind and rank[row["risk_tier"]] > 0]
        given = [float(row[column]) for row in sorted(rules, key=lambda row: rank[row["risk_tier"]])]
        assert given == sorted(given, reverse=True)
