"""Early warnings and overrides graded: hits, misses, lead time, and rules that never help."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.rules.rule_tables import read
from tests.scoring.bench import AS_OF, ScoringBench, models_of
from tests.support.warehouse import Scenario

GRADES = "marts.mart_alert_grades"
FIRST = date(2023, 6, 30)


@pytest.fixture(scope="module")
def bench() -> ScoringBench:
    return ScoringBench(models_of("validation") | {"mart_alert_grades"})


def alert(key, opened, *, last=None, rule="gone_silent", state="open"):
    """An alert on its opening date, and on its last finished date if one is named."""
    row = {"customer_key": key, "alert_id": rule, "opened_date": opened}
    rows = [row | {"as_of_date": opened, "alert_state": "opened"}]
    return rows + ([row | {"as_of_date": last, "alert_state": state}] if last else [])


def silent(key, since, until=None):
    """A silence of silent_180 as an outcome event."""
    return {
        "outcome_id": "silent_180",
        "customer_key": key,
        "bad_date": since + timedelta(days=180),
        "first_start": since,
        "start_before": until and until - timedelta(days=180),
    }


def grades(bench, alerts, events, rates=(), *, without=(), **tables):
    """Grades of alerts; every customer belongs to every population but those `without` a purchase, who owe nothing."""
    observations = [
        {"outcome_id": "silent_180", "customer_key": f"o{i}", "validation_date": FIRST, "is_bad": bad}
        for i, bad in enumerate(rates)
    ]
    alerts = [row for rows in alerts for row in rows]
    scores = {(FIRST, "first"), *((row["opened_date"], row["customer_key"]) for row in alerts)}
    bench.run(
        GRADES,
        stg_history__scores=[
            {
                "as_of_date": on,
                "customer_key": key,
                "purchases_365": 0 if key in without else 5,
                "open_receivables": 0 if key in without else 1000,
            }
            for on, key in sorted(scores)
        ],
        stg_history__alerts=alerts,
        int_outcome_events=events,
        int_outcome_observations=observations,
        **tables,
    )
    return {row["alert_id"]: row for row in bench.rows(f"from {GRADES}")}


def test_hits_misses_and_lead_time(bench):
    since = date(2024, 1, 1)
    alerts = [
        alert("hit", since + timedelta(days=30)),
        alert("standing", date(2023, 12, 1), last=since),
        alert("wrong", since),
        alert("late", since + timedelta(days=181)),
        alert("young", AS_OF - timedelta(days=179)),
        alert("first", FIRST),
    ]
    events = [silent(key, since) for key in ("hit", "standing", "unseen")]
    events += [silent("late", since, since + timedelta(days=190))]
    row = grades(bench, alerts, events, [1] + [0] * 9)["gone_silent"]
    # young is not over, first was open before anybody knows when; standing opened a month before the silence began
    assert (row["openings"], row["hits"], row["precision_rate"]) == (4, 1, 0.25)
    assert (row["events"], row["warned_events"], row["recall_rate"]) == (4, 2, 0.5)
    assert row["median_lead_days"] == (150 + 180 + 31) / 2
    assert row["population_bad_rate"] == 0.1
    assert row["alert_verdict"] == "insufficient"


def test_a_cleared_alert_warns_of_nothing(bench):
    since = date(2024, 1, 1)
    alerts = [alert("a", date(2023, 12, 1), last=since, state="cleared")]
    row = grades(bench, alerts, [silent("a", since)])["gone_silent"]
    assert (row["events"], row["warned_events"], row["median_lead_days"]) == (1, 0, None)


def test_only_openings_of_whom_it_can_still_happen_to_are_judged(bench):
    opened = date(2024, 1, 1)
    alerts = [alert(key, opened) for key in ("buys", "gone")]
    row = grades(bench, alerts, [silent("buys", opened)], without={"gone"})["gone_silent"]
    assert (row["openings"], row["hits"]) == (1, 1)


@pytest.mark.parametrize(("ended", "openings"), [(None, 1), ("2024-05-31", 1), ("2024-05-30", 2)])
def test_an_alert_of_a_customer_in_default_is_no_warning_of_default(bench, ended, openings):
    opened = date(2024, 5, 30)
    spell = {
        "customer_key": "late",
        "default_date": date(2024, 1, 1),
        "ended_date": ended and date.fromisoformat(ended),
    }
    alerts = [alert(key, opened, rule="credit_high") for key in ("late", "fine")]
    row = grades(bench, alerts, [], int_default_spells=[spell])["credit_high"]
    assert row["openings"] == openings


@pytest.mark.parametrize(("days", "openings"), [((0, 179), 1), ((0, 180), 2), ((0, 100, 200, 400), 2)])
def test_an_alert_opened_again_within_its_window_is_the_same_warning(bench, days, openings):
    first = date(2024, 1, 1)
    alerts = [alert("a", first + timedelta(days=day)) for day in days]
    row = grades(bench, alerts, [silent("a", first - timedelta(days=1))])["gone_silent"]
    # the silence has no end: each opening would hit
    assert (row["openings"], row["hits"]) == (openings, openings)


@pytest.mark.parametrize(
    ("hits", "of", "rate", "verdict"),
    [(0, 9, 0.1, "insufficient"), (0, 10, 0.1, "never_helps"), (5, 10, 0.1, "helps"), (1, 10, 0.1, "no_better"),
     (1, 100, 0.5, "misleads")],
)  # fmt: skip
def test_verdicts(bench, hits, of, rate, verdict):
    since = date(2024, 1, 1)
    alerts = [alert(f"c{i}", since) for i in range(of)]
    bads = [1] * round(rate * 100) + [0] * round(100 - rate * 100)
    row = grades(bench, alerts, [silent(f"c{i}", since) for i in range(hits)], bads)["gone_silent"]
    assert (row["hits"], row["alert_verdict"]) == (hits, verdict)


@pytest.mark.rules("alert_outcomes", "*")
def test_every_warning_in_force_is_graded_or_said_to_have_no_outcome(bench):
    found = grades(bench, [], [])
    assert set(found) == {row["alert_id"] for row in read("alert_rules")}
    without = {name for name, row in found.items() if row["alert_verdict"] == "no_outcome"}
    assert without == {"protection_high", "review_overdue"}
    graded = {row["alert_id"]: row["outcome_id"] for row in read("alert_outcomes")}
    assert {name: row["outcome_id"] for name, row in found.items() if row["outcome_id"]} == graded


def test_overrides_by_direction():
    bench = ScoringBench({"mart_override_grades"})
    rows = [("high", "moderate", outcome) for outcome in ["right"] * 7 + ["wrong"] * 3 + ["open"] * 2]
    rows += [("low", "high", "wrong"), ("low", "low", "right")]
    bench.run(
        "marts.mart_override_grades",
        mart_risk_overrides=[
            {"override_id": f"o{i}", "old_tier": old, "new_tier": new, "override_outcome": outcome}
            for i, (old, new, outcome) in enumerate(rows)
        ],
    )
    found = {row["override_direction"]: row for row in bench.rows("from marts.mart_override_grades")}
    lowered, raised = found["lowered"], found["raised"]
    assert (lowered["overrides"], lowered["ended_overrides"], lowered["right_overrides"]) == (12, 10, 7)
    assert (lowered["override_hit_rate"], lowered["model_hit_rate"]) == (0.7, 0.3)
    assert (round(lowered["hit_rate_low"], 4), round(lowered["hit_rate_high"], 4)) == (0.3968, 0.8922)
    assert (lowered["validation_status"], raised["validation_status"]) == ("measured", "insufficient")


def test_nobody_overrode_anything():
    assert Scenario().run("mart_override_grades").rows("from marts.mart_override_grades") == []
