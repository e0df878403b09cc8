"""Rule tables that one model reads: the SQL says of every row what the table says, on both sides of every edge."""

from __future__ import annotations

from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from tests.rules.rule_tables import in_force
from tests.scoring.bench import AS_OF, ScoringBench

PARAMETERS = {row["parameter"]: float(row["value"]) for row in in_force("model_parameters", AS_OF)}
Row = dict[str, Any]


@pytest.fixture(scope="module")
def bench() -> ScoringBench:
    """The models under test on an in-memory warehouse: their inputs are tables that a test writes."""
    return ScoringBench(
        {
            "int_case_loads",
            "int_case_service_levels",
            "int_contract_completeness",
            "int_customer_attributes",
            "int_customer_rfm",
            "int_scaled_answers",
            "int_subject_request_states",
            "mart_satisfaction_drivers",
        }
    )


def rows_of(bench: ScoringBench, model: str, key: str, **tables: list[Row]) -> dict[str, Row]:
    """Rows of one model by their key, of the given input tables."""
    schema = "marts" if model.startswith("mart_") else "intermediate"
    bench.run(f"{schema}.{model}", **tables)
    return {row[key]: row for row in bench.rows(f"from {schema}.{model}")}


def rfm_score(measure: str, value: float) -> int:
    """Score of a value by the table, read plainly."""
    for row in in_force("rfm_bands", AS_OF):
        below = float(row["upper_bound"]) if row["upper_bound"] else float("inf")
        if row["rfm_measure"] == measure and float(row["lower_bound"]) <= value < below:
            return int(row["rfm_score"])
    raise ValueError("no band holds the value")


def rfm_segment(scores: tuple[int, int, int]) -> str:
    """Segment of three scores by the table, read plainly."""
    for row in sorted(in_force("rfm_segments", AS_OF), key=lambda row: int(row["sort_order"])):
        ranges = [(row[f"{name}_from"], row[f"{name}_to"]) for name in ("recency", "frequency", "monetary")]
        if all(int(low) <= score <= int(high) for score, (low, high) in zip(scores, ranges, strict=True)):
            return row["rfm_segment"]
    raise ValueError("no segment holds the scores")


@pytest.mark.rules("rfm_bands", "*")
@pytest.mark.rules("rfm_segments", "*")
def test_recency_frequency_and_amount_on_both_sides_of_every_edge(bench: ScoringBench) -> None:
    values: dict[str, list[float]] = {"recency": [], "frequency": [], "monetary": []}
    for row in in_force("rfm_bands", AS_OF):
        at = float(row["lower_bound"])
        step = 0.01 if row["rfm_measure"] == "monetary" else 1
        values[row["rfm_measure"]] += [value for value in (at - step, at) if value >= 0]
    customers = {f"{r}|{f}|{m}": (r, f, m) for r, f, m in product(*(set(kind) for kind in values.values()))}
    found = rows_of(
        bench,
        "int_customer_rfm",
        "customer_key",
        int_customer_buying=[
            {"customer_key": key, "recency_days": int(r), "purchases_365": int(f), "revenue_365": m}
            for key, (r, f, m) in customers.items()
        ],
    )
    for key, measured in customers.items():
        scores = tuple(rfm_score(name, value) for name, value in zip(values, measured, strict=True))
        row = found[key]
        assert (row["recency_score"], row["frequency_score"], row["monetary_score"]) == scores, key
        assert row["rfm_segment"] == rfm_segment(scores), key
    assert {row["rfm_segment"] for row in found.values()} == {
        row["rfm_segment"] for row in in_force("rfm_segments", AS_OF)
    }


@pytest.mark.rules("case_weights", "*")
@pytest.mark.rules("model_parameters", "case_lookback_days")
def test_a_case_weighs_by_kind_and_severity_and_by_how_it_ended(bench: ScoringBench) -> None:
    weights: dict[str, dict[str | None, float]] = {}
    for row in in_force("case_weights", AS_OF):
        weights.setdefault(row["case_attribute"], {})[row["case_value"]] = float(row["case_weight"])
    kinds = product(weights["case_type"], weights["severity"], [None], [None])
    ends = product(
        ["complaint"], ["low"], [None, *weights["resolution_way"]], [None, *weights["resolution_result"]]
    )
    cases = {"|".join(map(str, case)): case for case in [*kinds, *ends]}
    window = int(PARAMETERS["case_lookback_days"])
    states = [
        {
            "case_id": key,
            "case_type": kind,
            "case_severity": severity,
            "resolution_way": way,
            "resolution_result": result,
            "age_days": window - number % 2,
        }
        for number, (key, (kind, severity, way, result)) in enumerate(cases.items())
    ]
    levels = [{"case_id": key} for key in cases]
    found = rows_of(
        bench, "int_case_loads", "case_id", int_case_states=states, int_case_service_levels=levels
    )
    for number, (key, (kind, severity, way, result)) in enumerate(cases.items()):
        row = found[key]
        assert float(row["complaint_weight"]) == pytest.approx(
            weights["case_type"][kind] * weights["severity"][severity]
        )
        ended = weights["resolution_way"].get(way, 0) + weights["resolution_result"].get(result, 0)
        assert float(row["escalation_weight"]) == pytest.approx(ended)
        assert row["is_recent"] == bool(number % 2)


@pytest.mark.rules("sla_targets", "*")
def test_an_answer_is_in_time_until_the_last_minute_of_its_target(bench: ScoringBench) -> None:
    states, clocks, expected = [], [], {}
    for target in in_force("sla_targets", AS_OF):
        name = f"{target['case_type']}/{target['case_severity']}"
        for late in (0, 1):
            key, answer = f"{name}/{late}", (int(target["response_target"]) + late) * 60
            solution = (int(target["resolution_target"]) + late) * 60
            states.append(
                {
                    "case_id": key,
                    "case_type": target["case_type"],
                    "case_severity": target["case_severity"],
                    "is_open": False,
                    "resolved_at": f"{AS_OF} 00:00:00",
                }
            )
            moments = {"opened": 0, "answered": answer, "resolved": solution}
            seconds = {f"{what}_{unit}": at for what, at in moments.items() for unit in ("second", "working")}
            clocks.append({"case_id": key, "calendar": target["calendar"], **seconds})
            expected[key] = ("breached" if late else "met", int(target["response_target"]))
    calendars = [
        {"calendar": row["calendar"], "cutoff_second": 10**8, "cutoff_working": 10**8}
        for row in in_force("working_calendars", AS_OF)
    ]
    found = rows_of(
        bench,
        "int_case_service_levels",
        "case_id",
        int_case_states=states,
        int_case_clocks=clocks,
        int_calendar_cutoffs=calendars,
    )
    assert {key: (row["response_state"], row["response_target"]) for key, row in found.items()} == expected
    assert {key: row["resolution_state"] for key, row in found.items()} == {
        key: state for key, (state, _) in expected.items()
    }


@pytest.mark.rules("request_deadlines", "*")
@pytest.mark.rules("model_parameters", "request_warning_days")
def test_the_strictest_standard_sets_the_deadline_of_a_request(bench: ScoringBench) -> None:
    deadlines: dict[str, list[tuple[int, str]]] = {}
    for row in in_force("request_deadlines", AS_OF):
        deadlines.setdefault(row["request_type"], []).append((int(row["answer_days"]), row["standard"]))
    warning = int(PARAMETERS["request_warning_days"])
    left = {-1: "overdue", 0: "due_soon", warning: "due_soon", warning + 1: "open"}
    requests = [
        {
            "request_id": f"{kind}|{days}",
            "request_type": kind,
            "received_date": AS_OF + timedelta(days - min(standards)[0]),
        }
        for kind, standards in deadlines.items()
        for days in left
    ]
    found = rows_of(bench, "int_subject_request_states", "request_id", int_subject_requests=requests)
    assert len(found) == len(requests)
    for key, row in found.items():
        kind, days = key.split("|")
        assert (row["request_state"], row["days_overdue"]) == (left[int(days)], -int(days)), key
        assert row["standard"] == min(deadlines[kind])[1]


@pytest.mark.rules("contract_clauses", "*")
def test_each_missing_clause_takes_its_weight(bench: ScoringBench) -> None:
    clauses: dict[str, dict[str, float]] = {}
    for row in in_force("contract_clauses", AS_OF):
        clauses.setdefault(row["contract_type"], {})[row["clause"]] = float(row["clause_weight"])
    cases = {f"{kind}|{missing}": (kind, missing) for kind, own in clauses.items() for missing in own}
    found = rows_of(
        bench,
        "int_contract_completeness",
        "contract_id",
        int_contracts=[{"contract_id": key, "contract_type": kind} for key, (kind, _) in cases.items()],
        int_contract_clauses=[
            {"contract_id": key, "clause": clause, "has_clause": clause != missing}
            for key, (kind, missing) in cases.items()
            for clause in clauses[kind]
        ],
    )
    for key, (kind, missing) in cases.items():
        own, row = clauses[kind], found[key]
        assert row["clause_completeness"] == pytest.approx(1 - own[missing] / sum(own.values()), abs=1e-6), (
            key
        )
        assert (row["required_clauses"], row["missing_clause_list"]) == (len(own), missing)


@pytest.mark.rules("required_attributes", "*")
def test_each_attribute_is_asked_of_whom_the_table_names(bench: ScoringBench) -> None:
    table = {row["required_attribute"]: row["applies_to"] for row in in_force("required_attributes", AS_OF)}
    full = {
        "customer_name": "N", "has_tax_id": True, "industry": "i", "country": "CN", "owner_id": "o", "terms_days": 30,
    }  # fmt: skip
    kinds = {"organisation": "organisation", "individual": "individual"}
    customers = [
        {"customer_key": f"{kind} {state}", "customer_type": kind, "is_in_crm": True, **cells}
        for kind in kinds
        for state, cells in (("full", full), ("empty", {"has_tax_id": False}))
    ]
    bench.run(
        "intermediate.int_customer_attributes",
        int_customers=[*customers, {"customer_key": "finance only", "is_in_crm": False}],
        int_customer_levels=[{"customer_key": f"{kind} full", "customer_level": "A"} for kind in kinds],
        int_customer_people=[
            {"customer_key": f"{kind} full", "contacts": 1, "decision_makers": 1} for kind in kinds
        ],
    )
    found = {
        (row["customer_key"], row["required_attribute"]): row["is_present"]
        for row in bench.rows("from intermediate.int_customer_attributes")
    }
    assert found == {
        (f"{kind} {state}", attribute): state == "full" or attribute == "customer_type"
        for kind in kinds
        for state in ("full", "empty")
        for attribute, applies_to in table.items()
        if applies_to in ("all", kind)
    }


@pytest.mark.rules("driver_quadrants", "*")
def test_each_pair_of_importance_and_performance_has_its_quadrant(bench: ScoringBench) -> None:
    quadrants = in_force("driver_quadrants", AS_OF)
    drivers = [
        {
            "attribute": f"{row['quadrant']} {status}",
            "evidence_status": status,
            "is_important": row["is_important"] == "true",
            "performs_well": row["performs_well"] == "true",
        }
        for row in quadrants
        for status in ("scored", "thin")
    ]
    found = rows_of(bench, "mart_satisfaction_drivers", "attribute", int_satisfaction_drivers=drivers)
    assert {name: row["quadrant"] for name, row in found.items()} == {
        **{f"{row['quadrant']} scored": row["quadrant"] for row in quadrants},
        **{f"{row['quadrant']} thin": None for row in quadrants},
    }
    labels = {row["quadrant"]: row["label_zh"] for row in quadrants}
    assert all(row["label_zh"] == labels[row["quadrant"]] for row in found.values() if row["quadrant"])


@pytest.mark.rules("survey_scales", "*")
def test_a_score_counts_on_its_own_scale(bench: ScoringBench) -> None:
    answers, expected = [], {}
    for scale in in_force("survey_scales", AS_OF):
        ends = sorted((float(scale["worst_score"]), float(scale["best_score"])))
        edges = [
            float(scale[name]) for name in ("promoter_from", "detractor_to", "satisfied_from") if scale[name]
        ]
        for score in {value + step for value in (*ends, *edges) for step in (-1, 0, 1)}:
            key = f"{scale['metric']}|{score}"
            answers.append({"answer_id": key, "metric": scale["metric"], "score": score})
            promoter, detractor, satisfied = (
                scale[name] for name in ("promoter_from", "detractor_to", "satisfied_from")
            )
            expected[key] = (
                not ends[0] <= score <= ends[1],
                int(bool(promoter) and score >= float(promoter or 0)),
                int(bool(detractor) and score <= float(detractor or 0)),
                int(bool(satisfied) and score >= float(satisfied or 0)),
            )
    found = rows_of(bench, "int_scaled_answers", "answer_id", int_survey_answers=answers)
    names = ("is_off_scale", "is_promoter", "is_detractor", "is_satisfied")
    assert {key: tuple(row[name] for name in names) for key, row in found.items()} == expected
