"""Each rule table is complete and consistent on every date on which a row starts or stops counting."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
import yaml

from orchestration.landing.limits import _DEFAULTS as LANDING_DEFAULTS
from orchestration.landing.spec import known_sources
from tests.rules.rule_tables import (
    KEYS,
    NOT_SCORING,
    RULES_DIR,
    header,
    in_force,
    on_every_breakpoint,
    points,
    read,
)

DECIDED = [table for table in KEYS if "rationale" in header(table)]
LABELLED = [table for table in KEYS if any(column.endswith("_en") for column in header(table))]


def test_every_table_is_known_and_typed():
    files = {path.stem for path in RULES_DIR.glob("*.csv")} - NOT_SCORING
    assert files == set(KEYS)
    properties = yaml.safe_load((RULES_DIR / "_rules.yml").read_text(encoding="utf-8"))["seeds"]
    typed = {seed["name"]: list(seed["config"]["column_types"]) for seed in properties}
    for table in KEYS:
        assert typed[table] == header(table), table


@pytest.mark.parametrize("table", KEYS)
def test_rows_carry_version_dates_and_owner(table):
    versions = {row["rules_version"] for row in read("rules_versions")}
    for row in read(table):
        assert None not in {*row, *row.values()}, "a row has more or fewer cells than the header"
        assert row["rules_version"] in versions
        assert row["owner"]
        start = date.fromisoformat(row["effective_from"])
        assert not row["effective_to"] or start < date.fromisoformat(row["effective_to"])
        assert all(value == value.strip() for value in row.values())


@pytest.mark.parametrize("table", KEYS)
def test_a_key_counts_once_on_a_date(table):
    for on, [rows] in on_every_breakpoint(table):
        keys = [tuple(row[column].lower() for column in KEYS[table]) for row in rows]
        assert len(keys) == len(set(keys)), on


@pytest.mark.parametrize("table", DECIDED)
def test_a_decision_says_why(table):
    assert all(row["rationale"] for row in read(table))


@pytest.mark.parametrize("table", LABELLED)
def test_labels_in_both_languages(table):
    for row in read(table):
        for column in (column for column in row if column.endswith("_en")):
            assert row[column], column
            assert row[column].isascii(), column
            assert any("一" <= letter <= "鿿" for letter in row[column[:-3] + "_zh"]), column


def test_weights_sum_to_one():
    for on, [dimensions, factors] in on_every_breakpoint("risk_dimensions", "risk_factors"):
        if not dimensions and not factors:
            continue
        assert sum(Decimal(row["weight"]) for row in dimensions) == 1, on
        names = {row["dimension"] for row in dimensions}
        assert {row["dimension"] for row in factors} <= names, on
        for name in {row["dimension"] for row in factors}:
            assert sum(Decimal(row["weight"]) for row in factors if row["dimension"] == name) == 1, (on, name)
    assert all(Decimal(row["weight"]) > 0 for row in read("risk_factors") + read("risk_dimensions"))


def test_a_prior_has_a_value_and_a_weight():
    assert all(bool(row["prior_value"]) == bool(row["prior_weight"]) for row in read("risk_factors"))


def test_reason_codes_are_unique():
    for on, [rows] in on_every_breakpoint("risk_factors"):
        assert len({row["reason_code"] for row in rows}) == len(rows), on


def test_bands_have_no_gap_overlap_or_jump():
    for on, [factors, bands] in on_every_breakpoint("risk_factors", "factor_bands"):
        assert {row["factor_id"] for row in factors} == {row["factor_id"] for row in bands}, on
        for factor in factors:
            rows = [row for row in bands if row["factor_id"] == factor["factor_id"]]
            assert [int(row["band"]) for row in rows] == list(range(1, len(rows) + 1))
            assert float(rows[0]["lower_bound"]) == 0
            assert rows[-1]["upper_bound"] == ""
            assert rows[-1]["points_at_lower"] == rows[-1]["points_at_upper"]
            for row, following in pairwise(rows):
                assert row["upper_bound"] == following["lower_bound"], (on, factor["factor_id"])
                assert row["points_at_upper"] == following["points_at_lower"], (on, factor["factor_id"])
                assert float(row["lower_bound"]) < float(row["upper_bound"])


def test_points_run_from_0_to_100_in_the_declared_direction():
    for _, [factors, bands] in on_every_breakpoint("risk_factors", "factor_bands"):
        for factor in factors:
            rows = [row for row in bands if row["factor_id"] == factor["factor_id"]]
            knots = [float(row["points_at_lower"]) for row in rows]
            ordered = sorted(knots, reverse=factor["direction"] == "lower_is_riskier")
            assert knots == ordered, factor["factor_id"]
            assert {knots[0], knots[-1]} == {0, 100}, factor["factor_id"]


def test_points_are_linear_inside_a_band():
    rows = [row for row in read("factor_bands") if row["factor_id"] == "oldest_dpd"]
    assert [points(rows, dpd) for dpd in (0, 15, 30, 45, 120, 5000)] == [0, 5, 10, 25, 100, 100]


def test_rated_tiers_cover_0_to_100():
    for on, [rows] in on_every_breakpoint("risk_tiers"):
        rated = sorted((row for row in rows if int(row["rank"]) > 0), key=lambda row: int(row["rank"]))
        assert (float(rated[0]["score_from"]), rated[-1]["score_to"]) == (0, ""), on
        assert float(rated[-1]["score_from"]) < 100
        for lower, higher in pairwise(rated):
            assert lower["score_to"] == higher["score_from"], on
        assert [row["risk_tier"] for row in rows if int(row["rank"]) == 0] == ["unrated"]
        assert [int(row["rank"]) for row in rated] == list(range(1, len(rated) + 1))


def test_value_classes_cover_every_score_and_the_matrix_every_pair():
    for on, [classes, matrix, tiers] in on_every_breakpoint("value_classes", "value_matrix", "value_tiers"):
        names = {}
        for component in ("importance", "contribution"):
            rows = [row for row in classes if row["value_component"] == component]
            ranged = [row for row in rows if row["score_from"]]
            assert len(rows) - len(ranged) == 1, (on, "one class has no score")
            assert (float(ranged[0]["score_from"]), ranged[-1]["score_to"]) == (0, ""), on
            assert all(lower["score_to"] == higher["score_from"] for lower, higher in pairwise(ranged)), on
            names[component] = {row["value_class"] for row in rows}
        pairs = {(row["contribution_class"], row["importance_class"]) for row in matrix}
        assert pairs == {(c, i) for c in names["contribution"] for i in names["importance"]}, on
        assert {row["value_tier"] for row in matrix} == {row["value_tier"] for row in tiers}, on


def test_every_day_past_due_has_one_bucket():
    for on, [rows] in on_every_breakpoint("ageing_buckets"):
        days = [row for row in rows if row["is_credit"] == "false"]
        assert len(rows) - len(days) == 1, on
        for dpd in range(-400, 1000):
            held = [
                row["ageing_bucket"]
                for row in days
                if (not row["dpd_from"] or int(row["dpd_from"]) <= dpd)
                and (not row["dpd_to"] or dpd <= int(row["dpd_to"]))
            ]
            assert len(held) == 1, (on, dpd)


def test_hard_rules_name_a_tier_and_something_the_models_see():
    seen = {"days_past_due", "write_off"} | set(
        known_sources()["files"].entities["legal_events"].column("event_type").choices
    )
    for on, [rules, tiers] in on_every_breakpoint("hard_rules", "risk_tiers"):
        assert {row["minimum_tier"] for row in rules} <= {row["risk_tier"] for row in tiers}, on
        assert {row["trigger_type"] for row in rules} <= seen, on


def test_default_is_days_over_materiality_a_write_off_or_proceedings():
    for on, [rules, parameters] in on_every_breakpoint("hard_rules", "model_parameters"):
        defaults = [row for row in rules if row["is_default"] == "true"]
        assert {"days_past_due", "write_off", "lawsuit", "bankruptcy"} <= {
            row["trigger_type"] for row in defaults
        }
        first = min(
            (row for row in defaults if row["trigger_type"] == "days_past_due"),
            key=lambda row: int(row["days"]),
        )
        values = {row["parameter"]: Decimal(row["value"]) for row in parameters}
        assert Decimal(first["amount"]) == values["materiality_amount"], on


def test_one_base_currency_and_a_rate_for_each():
    for on, [currencies, rates] in on_every_breakpoint("currencies", "exchange_rates"):
        assert len([row for row in currencies if row["is_base"] == "true"]) == 1, on
        assert {row["currency"] for row in rates} == {row["currency"] for row in currencies}, on
        assert all(Decimal(row["rate_to_base"]) > 0 for row in rates)


def test_past_dates_score_by_the_first_version():
    registers = {"customer_key_map", "risk_overrides", "risk_reviews"}
    for table in set(KEYS) - registers:
        assert in_force(table, date(2012, 12, 31)), table


def test_every_factor_has_a_formula():
    # A factor the SQL does not know would be insufficient data for everybody, in silence.
    folder = RULES_DIR.parents[1] / "dbt_project" / "models" / "intermediate" / "scoring"
    sql = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.sql"))
    fed = {row["factor_id"] for row in read("credit_evidence")}
    factors = {row["factor_id"] for row in read("risk_factors")}
    assert {factor for factor in factors - fed if f"'{factor}'" not in sql} == set()
    assert fed <= factors


def test_evidence_of_others_is_what_the_files_may_carry():
    files = known_sources()["files"].entities
    kinds = {
        "external_ratings": files["external_ratings"].column("rating_type").choices,
        "legal_events": files["legal_events"].column("event_type").choices,
        "industry_risks": ["risk_score"],
    }
    for on, [rows] in on_every_breakpoint("credit_evidence"):
        for entity, choices in kinds.items():
            assert {row["evidence_type"] for row in rows if row["entity"] == entity} == set(choices), on


def test_the_landing_limits_are_those_the_loader_reads():
    assert {row["parameter"] for row in read("landing_limits")} == set(LANDING_DEFAULTS)
