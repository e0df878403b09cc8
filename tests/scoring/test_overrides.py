"""Overrides of a tier: approved, for a time, seen, and only against the tier that was decided on."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.rules.rule_tables import read
from tests.scoring.bench import AS_OF, ScoringBench
from tests.scoring.cases import Customer, tables
from tests.support.warehouse import Scenario

GOOD = Customer("c")
BAD = Customer("c", overdue=5000.0, oldest_dpd=95, late_share=1.0, days_beyond_terms=100)
IDENTITY = {"source_system": "files", "source_customer_id": "1", "customer_key": "c"}


def override(old="low", new="high", *, identity="1", approved=AS_OF, days=90, name="O1"):
    return {
        "override_id": name,
        "source_system": "files",
        "source_customer_id": identity,
        "old_tier": old,
        "new_tier": new,
        "requested_by": "sales 7",
        "approved_by": "credit 1",
        "approved_date": approved,
        "override_expiry_date": approved + timedelta(days=days),
        "is_in_force": approved + timedelta(days=days) > AS_OF,
        "reason": "a parent guarantees the debt",
    }


def overridden(bench, case, *overrides):
    row = bench.scores(
        **tables([case]), stg_rules__risk_overrides=overrides, int_customer_identities=[IDENTITY]
    )["c"]
    found = bench.rows("from intermediate.int_risk_overrides order by override_id")
    return row, [one["override_status"] for one in found]


def test_an_override_replaces_the_tier_and_shows_the_rules_own(bench):
    plain = bench.scores(**tables([GOOD]))["c"]
    row, states = overridden(bench, GOOD, override("low", "high"))
    assert (row["risk_tier"], row["model_risk_tier"], row["override_id"]) == ("high", "low", "O1")
    assert states == ["applied"]
    assert row["composite_score"] == plain["composite_score"]


def test_an_override_comes_after_the_hard_rules(bench):
    model = bench.scores(**tables([BAD]))["c"]
    assert model["hard_rule"] == "default_90"
    row, states = overridden(bench, BAD, override(model["model_risk_tier"], "moderate"))
    assert (row["risk_tier"], row["hard_rule"], states) == ("moderate", "default_90", ["applied"])


def test_an_override_of_another_tier_than_todays_is_superseded(bench):
    # approved against moderate; meanwhile the rules say something else, which nobody approved
    row, states = overridden(bench, BAD, override("moderate", "low"))
    assert (row["risk_tier"], row["override_id"], states) == (row["model_risk_tier"], None, ["superseded"])


def test_the_newest_override_in_force_counts(bench):
    older = override(new="critical", approved=AS_OF - timedelta(days=10))
    expired = override(new="moderate", name="O3", approved=AS_OF - timedelta(days=90))
    row, states = overridden(bench, GOOD, older, override(name="O2"), expired)
    assert (row["risk_tier"], row["override_id"]) == ("high", "O2")
    assert states == ["replaced", "applied", "expired"]


def test_an_override_of_nobody_known_is_seen(bench):
    row, states = overridden(bench, GOOD, override(identity="2"))
    assert (row["risk_tier"], states) == ("low", ["unknown_customer"])


@pytest.mark.parametrize(
    ("as_of", "expires", "tier"),
    [
        ("2026-05-31", date(2026, 9, 1), "unrated"),
        ("2026-06-01", date(2026, 9, 1), "high"),
        ("2026-08-31", date(2026, 9, 1), "high"),
        ("2026-09-01", date(2026, 9, 1), "unrated"),
        ("2026-06-01", None, "unrated"),  # without an expiry nobody approved it
    ],
)
def test_an_override_counts_from_its_approval_until_it_expires(as_of, expires, tier):
    rows = [
        {
            **override("unrated", "high"),
            "effective_from": date(2026, 6, 1),
            "effective_to": expires,
            "rationale": "a parent guarantees the debt",
        }
    ]
    names = {"approved_date", "override_expiry_date", "is_in_force", "reason"}
    rows = [{name: value for name, value in row.items() if name not in names} for row in rows]
    files = {"customers": [{"customer_id": "1", "customer_name": "A Ltd", "customer_type": "organisation"}]}
    result = Scenario(as_of=as_of, files=files, rules={"risk_overrides": rows}).run("int_customer_tiers")
    assert result.value("select risk_tier from intermediate.int_customer_tiers") == tier


@pytest.fixture(scope="module")
def mart():
    return ScoringBench({"mart_risk_overrides"})


@pytest.mark.parametrize(
    ("new_tier", "days", "in_default", "outcome"),
    [
        ("high", 31, False, "open"),
        ("high", 30, False, "wrong"),
        ("high", 30, True, "right"),
        ("low", 30, False, "right"),
        ("low", 30, True, "wrong"),
    ],
)
def test_an_override_is_judged_by_default_when_it_ended(mart, new_tier, days, in_default, outcome):
    row = override("moderate", new_tier, approved=AS_OF - timedelta(days=30), days=days)
    names = {"source_system", "source_customer_id", "is_in_force", "reason"}
    kept = {name: value for name, value in row.items() if name not in names}
    mart.run(
        "marts.mart_risk_overrides",
        int_risk_overrides=[{**kept, "customer_key": "c", "override_status": "expired"}],
        # what was before it, and default that began after its end, are not its doing
        fct_customer_risk=[{"as_of_date": AS_OF, "customer_key": "c", "is_default": in_default}],
        stg_history__customer_tiers=[
            {"as_of_date": AS_OF - timedelta(days=age), "customer_key": "c", "is_default": not in_default}
            for age in (29, 31)
        ],
    )
    assert mart.rows("from marts.mart_risk_overrides")[0]["override_outcome"] == outcome


def test_the_register_is_signed_by_two_and_ends():
    for row in read("risk_overrides"):
        assert row["effective_to"], "an override without an end is a changed rule"
        assert row["approved_by"], row["override_id"]
        assert row["requested_by"] != row["approved_by"], row["override_id"]
        assert row["old_tier"] != row["new_tier"], row["override_id"]
        assert row["rationale"], row["override_id"]
