"""Vintages by hand, and what followed recommendations that were followed against those that were not."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tests.rules.rule_tables import in_force
from tests.scoring.bench import AS_OF, ScoringBench
from tests.support.records import allocation, invoice, receipt, write_off
from tests.support.warehouse import Scenario

_RULES = {row["parameter"]: float(row["value"]) for row in in_force("model_parameters", AS_OF)}


@pytest.mark.rules("model_parameters", "vintage_months")
def test_a_vintage_grows_worse_and_stays_so() -> None:
    files = {
        "invoices": [
            invoice("a", 1000, "2025-01-10", "2025-02-10"),  # open at 90 days past due, May: paid in June
            invoice("b", 3000, "2025-01-20", "2025-02-20"),  # paid in time
            invoice("c", 500, "2025-02-05", "2025-03-05", customer_id="C"),  # written off in September
        ],
        "receipts": [receipt("r", 1000, "2025-06-15"), receipt("s", 3000, "2025-02-15")],
        "receipt_allocations": [
            allocation("r", "a", 1000, "2025-06-15"),
            allocation("s", "b", 3000, "2025-02-15"),
        ],
        "write_offs": [write_off("w", 200, "2025-09-10", invoice_id="c", customer_id="C")],
    }
    rows = Scenario(as_of=str(AS_OF), files=files).run("mart_bad_debt").rows("from marts.mart_bad_debt")
    found = {(str(row["cohort_month"]), row["months_on_book"]): row for row in rows}
    january = [found["2025-01-01", age] for age in range(18)]
    assert [row["ever_bad_base"] for row in january] == [0] * 4 + [1000] * 14
    assert {row["originated_base"] for row in january} == {4000}
    assert january[17]["ever_bad_rate"] == 0.25
    assert str(january[17]["month_end"]) == "2026-06-30"
    february = [found["2025-02-01", age] for age in range(17)]
    assert [row["written_off_base"] for row in february] == [0] * 7 + [200] * 10
    assert february[16]["bad_debt_rate"] == 0.4
    assert february[16]["ever_bad_base"] == 500
    assert len(rows) == 18 + 17  # months without an invoice have no rate
    early = Scenario(as_of="2027-02-15", files=files).run("mart_bad_debt").rows("from marts.mart_bad_debt")
    assert {str(row["cohort_month"]) for row in early} == set()  # both are older than the months shown


@pytest.fixture(scope="module")
def bench() -> ScoringBench:
    return ScoringBench({"int_control_observances", "mart_control_effects"})


START, ADVISED = date(2025, 6, 30), date(2025, 3, 31)


def _tables(bad: set[str]) -> dict[str, list[dict[str, Any]]]:
    """Customers of tier high: `kept` and `late` within both recommendations, `over` in none, `idle` buys nothing."""
    keys = ("kept", "late", "over", "idle")
    month = START.year * 12 + START.month
    terms = {"kept": 10, "late": 15, "over": 16}
    owed = {"kept": 900, "late": 1000, "over": 1001, "idle": 0}
    return {
        "int_validation_dates": [
            {"validation_date": START, "month_number": month},
            {"validation_date": ADVISED, "month_number": month - 3},
        ],
        "int_outcome_windows": [
            {"validation_date": START, "outcome_id": "default_365", "window_days": 365, "is_pooled": True}
        ],
        "stg_history__customer_tiers": [
            {"as_of_date": ADVISED, "customer_key": key, "risk_tier": "high", "value_tier": "small",
             "assessment_path": "established", "revenue_365": 12_000}
            for key in keys
        ],
        "stg_history__scores": [
            {"as_of_date": START, "customer_key": key, "open_receivables": owed[key]} for key in keys
        ],
        "int_invoices": [
            {"document_id": key, "customer_key": key, "issue_date": ADVISED + timedelta(30),
             "due_date": ADVISED + timedelta(30 + days)}
            for key, days in terms.items()
        ],
        "int_outcome_observations": [
            {"validation_date": START, "outcome_id": "default_365", "customer_key": key, "is_pooled": True,
             "is_bad": int(key in bad)}
            for key in keys
        ],
    }  # fmt: skip


@pytest.mark.rules("model_parameters", "control_followed_days")
def test_followed_is_read_from_documents(bench: ScoringBench) -> None:
    bench.run("marts.mart_control_effects", **_tables({"over"}))
    rows = bench.rows("from intermediate.int_control_observances")
    followed = {(row["control_type"], row["customer_key"]): row["is_followed"] for row in rows}
    for control in ("credit_limit", "payment_terms"):  # a month of billing is 1000; at most 15 days
        assert [followed[control, key] for key in ("kept", "late", "over")] == [True, True, False]
    assert len(followed) == 6  # who was sold nothing gave no occasion
    effects = bench.rows("from marts.mart_control_effects order by control_type")
    assert [row["control_rule_id"] for row in effects] == ["limit_high", "terms_high"]
    for row in effects:
        assert (row["followed_customers"], row["followed_bads"], row["followed_bad_rate"]) == (2, 0, 0)
        assert (row["other_customers"], row["other_bads"], row["other_bad_rate"]) == (1, 1, 1)
        assert row["comparison_status"] == "insufficient"
        assert row["other_bad_rate_low"] < 1 < row["other_bad_rate_high"] + 1e-6
        assert "not a causal claim" in row["caveat_en"]


def test_what_happened_before_the_quarter_was_over_is_nobodys_outcome(bench: ScoringBench) -> None:
    tables = _tables(set())
    # defaulted while it could still follow: no longer performing when the window begins
    tables["int_outcome_observations"] = tables["int_outcome_observations"][:2]
    bench.run("marts.mart_control_effects", **tables)
    assert {row["other_customers"] for row in bench.rows("from marts.mart_control_effects")} == {0}
    assert _RULES["control_followed_days"] == 90
