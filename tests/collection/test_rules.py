"""Collection rules as the SQL applies them, on both sides of every edge, and what holds for any customer."""

from __future__ import annotations

import math
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.rules.rule_tables import in_force, on_every_breakpoint, points
from tests.scoring.bench import AS_OF, ScoringBench, models_of

MEASURES = {row["measure_id"]: row for row in in_force("collection_measures", AS_OF)}
BANDS = in_force("collection_bands", AS_OF)
LEVELS = sorted(in_force("collection_levels", AS_OF), key=lambda row: int(row["rank"]))
STEPS = sorted(in_force("collection_steps", AS_OF), key=lambda row: int(row["priority"]))
STEP = 0.000001  # values are rounded to six decimals before they are banded


@pytest.fixture(scope="module")
def bench() -> ScoringBench:
    """Collection models on an in-memory warehouse: their inputs are tables that a test writes."""
    return ScoringBench(models_of("collection"))


def bands_of(measure: str) -> list[dict[str, str]]:
    return [row for row in BANDS if row["measure_id"] == measure]


def test_weights_sum_to_one_and_bands_have_no_gap_or_jump() -> None:
    for on, [measures, bands] in on_every_breakpoint("collection_measures", "collection_bands"):
        assert sum(Decimal(row["weight"]) for row in measures) == 1, on
        for measure in measures:
            rows = [row for row in bands if row["measure_id"] == measure["measure_id"]]
            assert (float(rows[0]["lower_bound"]), rows[-1]["upper_bound"]) == (0, ""), on
            for row, following in pairwise(rows):
                assert row["upper_bound"] == following["lower_bound"], on
                assert row["points_at_upper"] == following["points_at_lower"], on
            knots = [float(row[f"points_at_{end}"]) for row in rows for end in ("lower", "upper")]
            assert knots == sorted(knots), "more of it is never less urgent"
            assert (knots[0], knots[-1]) == (0, 100), on


@pytest.mark.rules("collection_bands", "*")
@pytest.mark.rules("collection_measures", "*")
def test_each_side_of_an_edge_has_the_points_of_its_band(bench: ScoringBench) -> None:
    cases = {}
    for measure in MEASURES:
        for row in bands_of(measure):
            at = float(row["lower_bound"])
            for value in (at - STEP, at, at + STEP, at * 1000):
                if value >= 0:
                    cases[f"{measure}|{value!r}"] = (measure, value)
    inputs = [
        {"customer_key": key, "measure_id": measure, "measure_value": value}
        for key, (measure, value) in cases.items()
    ]
    bench.run("intermediate.int_collection_points", int_collection_inputs=inputs)
    found = {row["customer_key"]: row for row in bench.rows("from intermediate.int_collection_points")}
    assert found.keys() == cases.keys()
    for key, (measure, value) in cases.items():
        assert math.isclose(found[key]["points"], points(bands_of(measure), value), abs_tol=0.0001), key
        assert (found[key]["weight"], found[key]["reason_zh"]) == (1, MEASURES[measure]["reason_zh"])


def test_missing_evidence_weighs_nothing_and_the_rest_more(bench: ScoringBench) -> None:
    known = ("collectable_balance", "collectable_dpd", "collectable_share")
    inputs = [{"customer_key": "c", "measure_id": name, "measure_value": 0.5} for name in known]
    bench.run("intermediate.int_collection_points", int_collection_inputs=inputs)
    weights = {
        row["measure_id"]: row["weight"] for row in bench.rows("from intermediate.int_collection_points")
    }
    total = sum(float(MEASURES[name]["weight"]) for name in known)
    assert weights == {
        name: pytest.approx(float(MEASURES[name]["weight"]) / total, abs=1e-6) for name in known
    }


def levels(bench: ScoringBench, cases: dict[str, tuple[float | None, float]]) -> dict[str, dict[str, Any]]:
    """Rows of int_collection_intensities by case: (score, amount to be collected)."""
    bench.run(
        "intermediate.int_collection_intensities",
        int_customer_arrears=[
            {"customer_key": key, "collectable_balance": amount} for key, (_, amount) in cases.items()
        ],
        int_collection_points=[
            {"customer_key": key, "measure_id": "m", "contribution": score}
            for key, (score, _) in cases.items()
            if score is not None
        ],
    )
    return {row["customer_key"]: row for row in bench.rows("from intermediate.int_collection_intensities")}


@pytest.mark.rules("collection_levels", "*")
def test_a_level_needs_its_score_and_its_amount(bench: ScoringBench) -> None:
    scored = [row for row in LEVELS if row["score_from"]]
    cases, expected = {"hold": (None, 0.0)}, {"hold": "hold"}
    for lower, level in pairwise(scored):
        name, score, amount = level["intensity"], float(level["score_from"]), float(level["balance_from"])
        cases[name], expected[name] = (score, amount), name
        cases[f"{name} score"], expected[f"{name} score"] = (score - 0.01, amount), lower["intensity"]
        cases[f"{name} amount"], expected[f"{name} amount"] = (100, amount - 0.01), lower["intensity"]
    cases["least"], expected["least"] = (0.0, 0.02), scored[0]["intensity"]
    found = levels(bench, cases)
    assert {key: row["intensity"] for key, row in found.items()} == expected
    assert {row["intensity"] for row in found.values()} == {row["intensity"] for row in LEVELS}


def test_higher_levels_ask_for_more() -> None:
    for lower, higher in pairwise(row for row in LEVELS if row["score_from"]):
        assert float(lower["score_from"]) < float(higher["score_from"])
        assert float(lower["balance_from"]) < float(higher["balance_from"])


def test_reasons_are_the_largest_contributions_first(bench: ScoringBench) -> None:
    shares = {"collectable_dpd": 8.0, "tier_rank": 9.5, "avg_days_late": 8.0, "collectable_balance": 1.0}
    bench.run(
        "intermediate.int_collection_intensities",
        int_customer_arrears=[{"customer_key": "c", "collectable_balance": 900}],
        int_collection_points=[
            {
                "customer_key": "c",
                "measure_id": name,
                "contribution": share,
                "reason_code": MEASURES[name]["reason_code"],
            }
            for name, share in shares.items()
        ],
    )
    [row] = bench.rows("from intermediate.int_collection_intensities")
    assert [row[f"reason_{place}_code"] for place in (1, 2, 3)] == ["CL04", "CL06", "CL02"]
    assert row["intensity_score"] == 26.5


def just_met(rule: dict[str, str]) -> dict[str, Any]:
    """A customer that meets every condition of the rule and no more."""
    return {
        "hold_reason": rule["hold_reason"] or None,
        "legal_event": rule["legal_event"] or None,
        "is_promise_broken": rule["after_broken_promise"] == "true",
        "intensity_rank": int(rule["level_rank_from"]),
        "collectable_dpd": int(rule["dpd_from"]),
        "previous_step_rank": int(rule["previous_rank_from"]),
        "days_since_last_action": int(rule["quiet_days_below"]) - 1 if rule["quiet_days_below"] else None,
    }


def around(rule: dict[str, str]) -> dict[str, dict[str, Any]]:
    """The customer that just meets a rule, and one beyond each of its edges."""
    met = just_met(rule)
    found = {"": met}
    for name in ("intensity_rank", "collectable_dpd", "previous_step_rank"):
        if met[name]:
            found[name] = {**met, name: met[name] - 1}
    if rule["previous_rank_below"]:
        found["beyond"] = {**met, "previous_step_rank": int(rule["previous_rank_below"])}
    if rule["quiet_days_below"]:
        found["quiet enough"] = {**met, "days_since_last_action": int(rule["quiet_days_below"])}
        found["nothing done"] = {**met, "days_since_last_action": None}
    if rule["legal_event"]:
        found["other event"] = {**met, "legal_event": "lawsuit"}
    if rule["after_broken_promise"]:
        found["kept"] = {**met, "is_promise_broken": False}
    if rule["hold_reason"]:
        found["nothing held"] = {**met, "hold_reason": None, "intensity_rank": 1}
    return found


def holds(rule: dict[str, str], customer: dict[str, Any]) -> bool:
    """The rule read plainly."""
    quiet, days = rule["quiet_days_below"], customer["days_since_last_action"]
    below = rule["previous_rank_below"]
    return (
        (rule["hold_reason"] or None) == customer["hold_reason"]
        and rule["legal_event"] in ("", customer["legal_event"])
        and (not rule["after_broken_promise"] or customer["is_promise_broken"])
        and customer["intensity_rank"] >= int(rule["level_rank_from"])
        and customer["collectable_dpd"] >= int(rule["dpd_from"])
        and customer["previous_step_rank"] >= int(rule["previous_rank_from"])
        and (not below or customer["previous_step_rank"] < int(below))
        and (not quiet or (days is not None and days < int(quiet)))
    )


def steps(bench: ScoringBench, customers: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Rows of int_collection_steps by customer."""
    standings, events = [], []
    for key, given_cells in customers.items():
        cells = dict(given_cells)
        event, days = cells.pop("legal_event"), cells["days_since_last_action"]
        last = None if days is None else AS_OF - timedelta(days)
        dates = {"last_action_date": last, "promise_last_day": AS_OF + timedelta(4)}
        standings.append({"customer_key": key, **cells, **dates})
        if event:
            events.append({"customer_key": key, "event_id": key, "event_type": event})
    bench.run(
        "intermediate.int_collection_steps", int_collection_standings=standings, int_open_legal_events=events
    )
    return {row["customer_key"]: row for row in bench.rows("from intermediate.int_collection_steps")}


@pytest.mark.rules("collection_steps", "*")
def test_each_rule_holds_at_its_edges_and_not_beyond(bench: ScoringBench) -> None:
    customers = {
        f"{rule['step_id']} {what}": customer for rule in STEPS for what, customer in around(rule).items()
    }
    found = steps(bench, customers)
    for name, customer in customers.items():
        first = next((rule["step_id"] for rule in STEPS if holds(rule, customer)), None)
        assert (found[name]["step_id"] if name in found else None) == first, name
    # every rule is the first that holds for somebody
    assert {row["step_id"] for row in found.values()} == {rule["step_id"] for rule in STEPS}


def test_a_step_names_what_who_and_when(bench: ScoringBench) -> None:
    by_id = {rule["step_id"]: rule for rule in STEPS}
    customers = {rule["step_id"]: just_met(rule) for rule in STEPS}
    for key, row in steps(bench, customers).items():
        rule = by_id[row["step_id"]]
        texts = ("step_en", "step_zh", "responsible")
        assert [row[name] for name in texts] == [rule[name] for name in texts]
        assert (row["step_reason_en"], row["step_reason_zh"]) == (rule["reason_en"], rule["reason_zh"])
        days = customers[key]["days_since_last_action"]
        due = AS_OF + timedelta(int(rule["respond_days"]))
        if rule["quiet_days_below"]:
            due = AS_OF + timedelta(int(rule["quiet_days_below"]) - days)
        elif rule["hold_reason"] == "promised":
            due = AS_OF + timedelta(5)
        assert row["action_due_date"] == due, key


def test_every_level_has_a_step_whatever_was_done(bench: ScoringBench) -> None:
    met = {**just_met(STEPS[-1]), "collectable_dpd": 0}
    customers = {
        f"{level['rank']}|{rank}|{days}": {
            **met,
            "intensity_rank": int(level["rank"]),
            "previous_step_rank": rank,
            "days_since_last_action": days,
        }
        for level in LEVELS[1:]
        for rank in range(6)
        for days in (None, 0, 500)
    }
    assert steps(bench, customers).keys() == customers.keys()


def test_an_action_has_one_place_on_the_ladder_and_legal_follows_a_formal_notice() -> None:
    ranks: dict[str, set[str]] = {}
    for rule in STEPS:
        assert bool(rule["action_type"]) == bool(rule["step_rank"])
        if rule["action_type"]:
            ranks.setdefault(rule["action_type"], set()).add(rule["step_rank"])
    assert ranks.keys() == {"reminder", "call", "visit", "letter", "legal_notice"}
    assert all(len(places) == 1 for places in ranks.values())
    [legal] = [rule for rule in STEPS if rule["action_type"] == "legal_notice"]
    assert {legal["previous_rank_from"]} == ranks["letter"]


@pytest.mark.rules("collection_age_weights", "*")
def test_an_amount_weighs_by_its_bucket_and_older_never_less(bench: ScoringBench) -> None:
    weights = {
        row["ageing_bucket"]: float(row["age_weight"]) for row in in_force("collection_age_weights", AS_OF)
    }
    buckets = [
        row for row in in_force("ageing_buckets", AS_OF) if row["dpd_from"] and int(row["dpd_from"]) > 0
    ]
    assert [row["ageing_bucket"] for row in sorted(buckets, key=lambda row: int(row["dpd_from"]))] == list(
        weights
    )
    assert list(weights.values()) == sorted(weights.values())
    balances = [
        {
            "document_id": row["ageing_bucket"],
            "customer_key": "c",
            "dpd": int(row["dpd_from"]),
            "ageing_bucket": row["ageing_bucket"],
            "balance_base": 100,
        }
        for row in buckets
    ]
    bench.run("intermediate.int_overdue_documents", int_document_balances=balances)
    found = bench.rows("select document_id, age_weighted_amount from intermediate.int_overdue_documents")
    assert {row["document_id"]: row["age_weighted_amount"] for row in found} == {
        bucket: 100 * weight for bucket, weight in weights.items()
    }


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_more_of_anything_never_lowers_the_intensity(bench: ScoringBench, data: st.DataObject) -> None:
    most = {
        "collectable_balance": 2_000_000,
        "collectable_dpd": 900,
        "collectable_share": 1,
        "tier_rank": 4,
        "broken_promises": 6,
        "avg_days_late": 200,
    }
    less = {name: data.draw(st.floats(0, top, allow_nan=False), name) for name, top in most.items()}
    grown = data.draw(st.sampled_from(sorted(most)), "grown")
    more = {**less, grown: data.draw(st.floats(less[grown], most[grown]), "more")}
    customers = {"less": less, "more": more}
    bench.run(
        "intermediate.int_collection_intensities",
        int_customer_arrears=[
            {"customer_key": key, "collectable_balance": round(values["collectable_balance"], 2)}
            for key, values in customers.items()
        ],
        int_collection_inputs=[
            {"customer_key": key, "measure_id": name, "measure_value": round(value, 6)}
            for key, values in customers.items()
            for name, value in values.items()
        ],
    )
    found = {row["customer_key"]: row for row in bench.rows("from intermediate.int_collection_intensities")}
    assert found["more"]["intensity_score"] >= found["less"]["intensity_score"]
    assert found["more"]["intensity_rank"] >= found["less"]["intensity_rank"]
