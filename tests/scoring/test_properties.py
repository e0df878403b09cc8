"""What holds for every customer, whatever its numbers: hypothesis looks for one that breaks it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.rules.rule_tables import in_force
from tests.scoring.bench import AS_OF
from tests.scoring.cases import Customer, tables

MEASURED = {row["dimension"] for row in in_force("risk_factors", AS_OF)}

# Each example scores a dozen customers at once, so few examples are many cases.
quick = settings(
    max_examples=10,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
share = st.floats(0, 1)
money = st.integers(0, 10**9).map(lambda cents: cents / 100)


@st.composite
def customer(draw) -> Customer:
    due = draw(st.integers(0, 40))
    overdue = draw(money) if due else 0.0
    return Customer(
        key="",
        due_documents=due,
        matured=draw(st.integers(0, due)),
        late_share=draw(share),
        days_beyond_terms=draw(st.floats(0, 500)),
        overdue=overdue,
        not_due=draw(money),
        oldest_dpd=draw(st.integers(1, 900)) if overdue else 0,
        utilisation=draw(st.none() | st.floats(-1, 3)),
        purchases=draw(st.integers(0, 30)),
        recency=draw(st.integers(0, 900)),
        tenure=draw(st.integers(900, 1500)),
        mean_gap=draw(st.none() | st.floats(1, 200)),
        purchases_180=draw(st.integers(0, 20)),
        expected_180=draw(st.none() | st.floats(0, 20)),
        revenue=draw(money),
        revenue_prior=draw(money),
        is_in_crm=draw(st.booleans()),
        won=draw(st.integers(0, 5)),
        lost=draw(st.integers(0, 5)),
        silent_days=draw(st.none() | st.integers(0, 900)),
    )


customers = st.lists(customer(), min_size=1, max_size=8)


@st.composite
def lateness(draw) -> dict:
    """How much later the same documents are paid: each part is at least nil."""
    return {
        "late_share": draw(share),
        "days_beyond_terms": draw(st.floats(0, 500)),
        "overdue": draw(money),
        "oldest_dpd": draw(st.integers(0, 400)),
        "utilisation": draw(st.floats(0, 2)),
    }


def later(case: Customer, more: dict) -> Customer:
    """The same customer with the same documents paid later, or not at all."""
    if not case.due_documents:
        return case
    overdue = case.overdue + more["overdue"]
    return replace(
        case,
        late_share=min(1.0, case.late_share + more["late_share"]),
        days_beyond_terms=case.days_beyond_terms + more["days_beyond_terms"],
        overdue=overdue,
        oldest_dpd=max(1, case.oldest_dpd + more["oldest_dpd"]) if overdue else 0,
        utilisation=None if case.utilisation is None else case.utilisation + more["utilisation"],
    )


def named(prefix: str, cases: list[Customer]) -> list[Customer]:
    return [replace(case, key=f"{prefix}{index}") for index, case in enumerate(cases)]


def scored(bench, cases: list[Customer]) -> dict[str, dict]:
    return bench.scores(**tables(cases))


def risk(score: float | None) -> float:
    return -1.0 if score is None else score


@quick
@given(st.lists(st.tuples(customer(), lateness()), min_size=1, max_size=12))
def test_paying_later_never_lowers_the_score(bench, pairs):
    before = named("before", [case for case, _ in pairs])
    after = named("after", [later(case, more) for case, more in pairs])
    rows = scored(bench, before + after)
    rank = {"unrated": 0, "low": 1, "moderate": 2, "high": 3, "critical": 4}
    for index in range(len(pairs)):
        old, new = rows[f"before{index}"], rows[f"after{index}"]
        assert risk(new["credit_score"]) >= risk(old["credit_score"])
        assert risk(new["composite_score"]) >= risk(old["composite_score"])
        assert rank[new["risk_tier"]] >= rank[old["risk_tier"]]
        assert new["churn_score"] == old["churn_score"]


@quick
@given(customer(), st.lists(money, min_size=2, max_size=12))
def test_more_overdue_never_lowers_the_score(bench, case, amounts):
    case = replace(case, due_documents=max(1, case.due_documents), oldest_dpd=max(1, case.oldest_dpd))
    cases = named("c", [replace(case, overdue=amount) for amount in sorted(amounts)])
    rows = scored(bench, cases)
    scores = [rows[one.key]["credit_score"] for one in cases]
    assert scores == sorted(scores)


@quick
@given(customer(), st.lists(st.integers(0, 900), min_size=2, max_size=12))
def test_longer_silence_never_lowers_churn(bench, case, days):
    # The same buying seen from later and later: the past rhythm stays, only the silence grows.
    case = replace(case, purchases=max(2, case.purchases), mean_gap=case.mean_gap or 30.0)
    span = case.tenure - case.recency
    cases = named("c", [replace(case, recency=day, tenure=span + day) for day in sorted(days)])
    bench.run("intermediate.int_factor_points", **tables(cases))
    for factor in ("silence_ratio", "purchase_gap"):
        rows = bench.rows(f"from intermediate.int_factor_points where factor_id = '{factor}'")
        points = {row["customer_key"]: row["points"] for row in rows}
        ordered = [points[one.key] for one in cases]
        assert ordered == sorted(ordered)


@quick
@given(customers, customers)
def test_other_customers_move_nobodys_score(bench, cases, others):
    cases = named("c", cases)
    alone = scored(bench, cases)
    together = scored(bench, cases + named("other", others))
    assert {key: together[key] for key in alone} == alone


@quick
@given(customers)
def test_scores_are_sums_within_0_and_100(bench, cases):
    rows = scored(bench, named("c", cases))
    factors = bench.rows(
        """select customer_key, dimension, count(*) as factors, sum(contribution) as score, sum(weight) as weight,
                  count(*) filter (status = 'scored') as scored
           from intermediate.int_factor_points group by all"""
    )
    assert len(factors) == len(MEASURED) * len(cases)
    for row in factors:
        score = rows[row["customer_key"]][f"{row['dimension']}_score"]
        assert (score is None) == (row["scored"] == 0)
        assert float(row["score"]) == pytest.approx(score or 0, abs=0.006)
        assert row["weight"] == pytest.approx(1 if row["scored"] else 0, abs=0.0001)
        assert 0 <= (score or 0) <= 100
    for row in rows.values():
        assert 0 <= (row["composite_score"] or 0) <= 100
        known = [row[f"{name}_score"] for name in MEASURED if row[f"{name}_score"] is not None]
        assert (row["composite_score"] is None) == (not known)
        assert not known or min(known) - 0.01 <= row["composite_score"] <= max(known) + 0.01
