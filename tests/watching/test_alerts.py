"""Early warnings as changes of state: opened, worsened, open, cleared, with room between the thresholds."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.rules.rule_tables import in_force
from tests.scoring.bench import AS_OF

RULES = in_force("alert_rules", AS_OF)
YESTERDAY = AS_OF - timedelta(days=1)
STEP = 0.000001


def rule_of(alert_id):
    return next(rule for rule in RULES if rule["alert_id"] == alert_id)


def worse(rule, value, by):
    """The value moved to the bad side by an amount."""
    return value + by if rule["direction"] == "higher_is_riskier" else value - by


def day(bench, rule, value, earlier=None, last_date=YESTERDAY):
    """The alert of one customer today, given its value and the mart's row of the last finished date."""
    measure = {"customer_key": "c", "watched_measure": rule["watched_measure"], "measure_value": value}
    bench.run(
        "marts.mart_alerts",
        int_customers=[{"customer_key": "c"}],
        int_watched_measures=[measure] if value is not None else [],
        stg_history__customer_tiers=[{"as_of_date": last_date, "customer_key": "c"}] if last_date else [],
        stg_history__alerts=[earlier] if earlier else [],
    )
    rows = [row for row in bench.rows("from marts.mart_alerts") if row["alert_id"] == rule["alert_id"]]
    return rows[0] if rows else None


def said(rule, value, *, state="opened", on=YESTERDAY, since=date(2026, 6, 1)):
    """The mart's row of an earlier date."""
    return {
        "as_of_date": on,
        "customer_key": "c",
        "alert_id": rule["alert_id"],
        "dimension": rule["dimension"],
        "alert_state": state,
        "alert_severity": rule["alert_severity"],
        "action_owner": rule["action_owner"],
        "opened_date": since,
        "changed_date": since,
        "action_due_date": since + timedelta(days=int(rule["due_days"])),
        "said_value": value,
    }


@pytest.mark.rules("alert_rules", "*")
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert_id"])
def test_it_opens_at_its_threshold_and_not_before(bench, rule):
    at = float(rule["open_threshold"])
    row = day(bench, rule, at)
    assert (row["alert_state"], row["measured_value"], row["said_value"]) == ("opened", at, at)
    assert (row["opened_date"], row["changed_date"]) == (AS_OF, AS_OF)
    assert row["action_due_date"] == AS_OF + timedelta(days=int(rule["due_days"]))
    assert (row["action_owner"], row["alert_severity"]) == (rule["action_owner"], rule["alert_severity"])
    assert day(bench, rule, worse(rule, at, -STEP)) is None


@pytest.mark.rules("alert_rules", "*")
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert_id"])
def test_it_clears_beyond_the_other_threshold_and_not_before(bench, rule):
    clear = float(rule["clear_threshold"])
    earlier = said(rule, float(rule["open_threshold"]))
    row = day(bench, rule, clear, earlier)
    assert (row["alert_state"], row["opened_date"]) == ("open", earlier["opened_date"])
    assert row["action_due_date"] == earlier["action_due_date"]
    row = day(bench, rule, worse(rule, clear, -STEP), earlier)
    assert (row["alert_state"], row["clear_reason"]) == ("cleared", "below_threshold")
    assert (row["changed_date"], row["action_due_date"]) == (AS_OF, None)
    assert row["opened_date"] == earlier["opened_date"]


@pytest.mark.rules("alert_rules", "*")
@pytest.mark.parametrize("rule", [rule for rule in RULES if rule["worsen_step"]], ids=lambda r: r["alert_id"])
def test_it_is_worsened_by_a_step_over_what_was_said(bench, rule):
    before = float(rule["open_threshold"])
    enough = worse(rule, before, float(rule["worsen_step"]))
    row = day(bench, rule, enough, said(rule, before))
    assert (row["alert_state"], row["changed_date"]) == ("worsened", AS_OF)
    assert row["said_value"] == pytest.approx(enough)
    assert row["action_due_date"] == AS_OF + timedelta(days=int(rule["due_days"]))
    row = day(bench, rule, worse(rule, enough, -0.0001), said(rule, before))
    assert (row["alert_state"], row["said_value"]) == ("open", before)


def test_slow_creeping_is_worsened_too(bench):
    rule = rule_of("credit_high")
    states, earlier = [], None
    for place in range(13):
        row = day(bench, rule, 55.0 + place, earlier)
        states.append(row["alert_state"])
        earlier = said(rule, row["said_value"], state=row["alert_state"])
    assert states == ["opened", *["open"] * 9, "worsened", "open", "open"]


def test_between_the_thresholds_it_stays_as_it_was(bench):
    rule = rule_of("credit_high")
    values, states, earlier = [54.9, 55.0, 50.0, 54.9, 45.0, 44.9, 50.0, 54.9, 55.0], [], None
    for value in values:
        row = day(bench, rule, value, earlier)
        states.append(row["alert_state"] if row else None)
        earlier = said(rule, row["said_value"], state=row["alert_state"]) if row else None
    assert states == [None, "opened", "open", "open", "open", "cleared", None, None, "opened"]


def test_what_was_cleared_before_opens_anew(bench):
    rule = rule_of("over_limit")
    row = day(bench, rule, 1.2, said(rule, 1.1, state="cleared"))
    assert (row["alert_state"], row["opened_date"]) == ("opened", AS_OF)


def test_no_evidence_any_more_clears_it_and_says_so(bench):
    rule = rule_of("over_limit")
    row = day(bench, rule, None, said(rule, 1.1))
    assert (row["alert_state"], row["clear_reason"], row["measured_value"]) == (
        "cleared",
        "no_evidence",
        None,
    )
    assert row["evidence_en"] == "Exposure is - of the credit limit, 100.0 % opens the alert"


def test_a_rule_that_ended_clears_its_alerts(bench):
    gone = {**rule_of("over_limit"), "alert_id": "no_longer_a_rule"}
    row = day(bench, gone, None, said(gone, 1.1))
    assert (row["alert_state"], row["clear_reason"], row["alert_en"]) == ("cleared", "rule_ended", None)
    assert (row["alert_severity"], row["dimension"]) == (gone["alert_severity"], gone["dimension"])


def test_only_the_last_finished_date_counts(bench):
    rule = rule_of("over_limit")
    # open in May, and on the last finished date nothing was: it was cleared in between
    may = said(rule, 1.1, on=date(2026, 5, 31))
    assert day(bench, rule, 1.2, may)["alert_state"] == "opened"
    # a date of the future, or this very date computed before, is no past
    for on in (AS_OF, AS_OF + timedelta(days=1)):
        assert day(bench, rule, 1.2, said(rule, 1.1, on=on), last_date=on)["alert_state"] == "opened"


def test_the_evidence_is_shown_in_the_unit_of_the_measure(bench):
    row = day(bench, rule_of("over_limit"), 1.2345)
    assert row["evidence_en"] == "Exposure is 123.5 % of the credit limit, 100.0 % opens the alert"
    assert row["evidence_zh"] == "敞口为信用额度的123.5 %，达到100.0 %即预警"
    row = day(bench, rule_of("long_overdue"), 61)
    assert row["evidence_en"] == "The oldest material document is 61 days past due, 45 opens the alert"
    assert day(bench, rule_of("gone_silent"), 3.14159)["evidence_zh"].startswith("已有3.14个采购间隔")


def test_every_text_names_value_and_threshold():
    for rule in RULES:
        for column in ("evidence_en", "evidence_zh"):
            assert "{value}" in rule[column], rule["alert_id"]
            assert "{threshold}" in rule[column], rule["alert_id"]
            assert rule[column].count("{") == 2


def test_thresholds_lie_in_order():
    for rule in RULES:
        opens, clears = float(rule["open_threshold"]), float(rule["clear_threshold"])
        assert (
            worse(rule, clears, 0) <= opens if rule["direction"] == "higher_is_riskier" else clears >= opens
        )
        assert not rule["worsen_step"] or float(rule["worsen_step"]) > 0
        assert int(rule["due_days"]) >= 0
