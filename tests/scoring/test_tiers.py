"""Hard rules, reasons and the history of tiers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.scoring.bench import AS_OF
from tests.scoring.cases import Customer, tables

GOOD = Customer("c")


def hard_rule(bench, *documents):
    """Tier and hard rule of a customer whose scores are low and whose overdue documents are (days, amount)."""
    inputs = tables([GOOD])
    inputs["int_document_balances"] += [
        {
            "customer_key": "c",
            "document_type": "invoice",
            "due_date": AS_OF - timedelta(days=days),
            "amount_base": amount,
            "balance_base": amount,
            "dpd": days,
        }
        for days, amount in documents
    ]
    row = bench.scores(**inputs)["c"]
    return row["hard_rule"], row["risk_tier"]


@pytest.mark.rules("hard_rules", "default_90", "default_180")
@pytest.mark.parametrize(
    ("documents", "expected"),
    [
        ([(89, 5000)], (None, "low")),
        ([(90, 5000)], ("default_90", "high")),
        ([(90, 100)], (None, "low")),
        ([(90, 100.01)], ("default_90", "high")),
        ([(90, 60), (91, 60)], ("default_90", "high")),
        ([(179, 5000)], ("default_90", "high")),
        ([(180, 5000)], ("default_180", "critical")),
        ([(180, 50), (90, 5000)], ("default_90", "high")),
    ],
)
def test_both_sides_of_a_hard_rule(bench, documents, expected):
    assert hard_rule(bench, *documents) == expected


def test_a_hard_rule_never_lowers_a_tier(bench):
    worst = replace(
        GOOD,
        late_share=1.0,
        days_beyond_terms=200,
        overdue=90000.0,
        oldest_dpd=100,
        recency=900,
        purchases_180=0,
        revenue=0.0,
        silent_days=900,
        lost=9,
        won=0,
    )
    row = bench.scores(**tables([worst]))["c"]
    assert (row["hard_rule"], row["risk_tier"]) == ("default_90", "critical")


def test_a_hard_rule_leaves_the_score(bench):
    plain = bench.scores(**tables([GOOD]))["c"]["composite_score"]
    inputs = tables([GOOD])
    inputs["int_document_balances"].append(
        {
            "customer_key": "c",
            "document_type": "invoice",
            "due_date": date(2025, 1, 1),
            "balance_base": 500.0,
            "dpd": 545,
        }
    )
    raised = bench.scores(**inputs)["c"]
    assert raised["composite_score"] == plain
    assert raised["risk_tier"] == "critical"


def test_reasons_are_the_largest_contributions_to_the_composite(bench):
    case = replace(GOOD, late_share=1.0, days_beyond_terms=200, recency=300, silent_days=0, lost=0)
    bench.run(**tables([case]))
    [reasons] = bench.rows("from intermediate.int_customer_reasons")
    rows = bench.rows(
        """select p.reason_code, p.contribution * d.weight as lost
           from intermediate.int_factor_points as p
           inner join intermediate.int_dimension_scores as d using (customer_key, dimension)
           where p.points > 0 order by lost desc, p.factor_id"""
    )
    expected = ([row["reason_code"] for row in rows] + [None] * 3)[:3]
    assert [reasons[f"reason_{position}_code"] for position in (1, 2, 3)] == expected
    assert expected[0] == "CR01"
    for position, code in enumerate(expected, 1):
        for language in ("en", "zh"):
            assert bool(reasons[f"reason_{position}_{language}"]) == bool(code)


def test_a_factor_that_costs_nothing_is_no_reason(bench):
    case = replace(GOOD, late_share=1.0, due_documents=0, is_in_crm=False, won=0, lost=0, recency=0)
    bench.run(**tables([case]))
    [row] = bench.rows("from intermediate.int_customer_reasons")
    # only the outlook is never certain
    assert (row["reason_1_code"], row["reason_2_code"]) == ("CH06", None)


def change(bench, history):
    rows = [{"as_of_date": day, "customer_key": key, "risk_tier": tier} for day, key, tier in history]
    bench.run("intermediate.int_customer_tier_changes", **tables([GOOD]), stg_history__customer_tiers=rows)
    [row] = bench.rows("from intermediate.int_customer_tier_changes")
    return row["previous_risk_tier"], row["risk_tier_since"]


APRIL, MAY = date(2026, 4, 30), date(2026, 5, 31)


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        ([], (None, AS_OF)),
        ([(MAY, "c", "low")], (None, MAY)),
        ([(APRIL, "c", "low"), (MAY, "c", "low")], (None, APRIL)),
        ([(APRIL, "c", "high"), (MAY, "c", "low")], ("high", MAY)),
        ([(APRIL, "c", "low"), (MAY, "c", "high")], ("high", AS_OF)),
        ([(APRIL, "c", "critical"), (MAY, "c", "high")], ("high", AS_OF)),
        ([(MAY, "other", "high")], (None, AS_OF)),
        # a restated or later date is no past of this run
        ([(AS_OF, "c", "high"), (AS_OF + timedelta(days=30), "c", "high")], (None, AS_OF)),
    ],
)
def test_previous_tier_and_since_when(bench, history, expected):
    assert change(bench, history) == expected
