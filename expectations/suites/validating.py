"""Expectations on what the warehouse says of its own scores: figures in range, and none where too few went bad."""

from collections.abc import Callable

from expectations.suite import Suite, rows_where
from expectations.suites.mart_checks import MartRules, MartTable, between, conditions, limit


def _validation(suite: Suite, table: MartTable, rules: MartRules) -> None:
    for figure in ("auc", "auc_low", "auc_high", "ks", "capture_10", "capture_20", "brier", "bad_rate"):
        between(suite, table, figure, 0, 1)
    rows = {
        "figures_of_too_few": "(auc is null) != (validation_status = 'insufficient')",
        "bads_over_customers": "bads > customers",
        "windows_not_over": "window_end > as_of_date",
        "auc_off_its_interval": "auc not between auc_low and auc_high",
        "tenth_over_fifth": "capture_10 > capture_20",
    }
    conditions(suite, table, rows)


def _worth(suite: Suite, table: MartTable, rules: MartRules) -> None:
    between(suite, table, "auc", 0, 1)
    claims = "('inverse', 'worse_than_naive', 'ranks', 'beats_naive')"
    rows = {
        "figures_of_too_few": "(auc is null) != (score_verdict = 'insufficient')",
        "claims_within_the_interval": f"score_verdict in {claims} and 0.5 between auc_low and auc_high",
    }
    conditions(suite, table, rows)
    leaks = rows_where("score_verdict = 'too_good'")
    limit(suite, table, "scores_that_know_the_future", leaks, "a score ranks better than an honest one can")


def _calibration(suite: Suite, table: MartTable, rules: MartRules) -> None:
    for rate in ("bad_rate", "rate_low", "rate_high", "expected_rate"):
        between(suite, table, rate, 0, 1)
    rows = {
        "windows_not_over": "window_end > as_of_date",
        "rate_off_its_interval": "bad_rate < rate_low - 0.000001 or bad_rate > rate_high + 0.000001",
        "expected_from_nothing": "expected_from > 0 and expected_rate is null",
    }
    conditions(suite, table, rows)


def _roc(suite: Suite, table: MartTable, rules: MartRules) -> None:
    for rate in ("true_positive_rate", "false_positive_rate"):
        between(suite, table, rate, 0, 1)
    conditions(suite, table, {"curve_of_one_kind": "bads = 0 or goods = 0"})


def _stability(suite: Suite, table: MartTable, rules: MartRules) -> None:
    for share in ("scored_share", "reference_scored_share"):
        between(suite, table, share, 0, 1)
    rows = {
        "negative_index": "psi < 0",
        "figures_of_too_few": "(psi is null) != (stability_status = 'insufficient')",
        "compared_with_later": "reference_date >= validation_date",
    }
    conditions(suite, table, rows)


def _alert_grades(suite: Suite, table: MartTable, rules: MartRules) -> None:
    for rate in ("precision_rate", "precision_low", "precision_high", "recall_rate", "population_bad_rate"):
        between(suite, table, rate, 0, 1)
    rows = {
        "hits_over_openings": "hits > openings or warned_events > events",
        "helps_without_a_hit": "alert_verdict = 'helps' and not precision_low > population_bad_rate",
        "warned_after_the_event": "median_lead_days < 0",
    }
    conditions(suite, table, rows)


def _override_grades(suite: Suite, table: MartTable, rules: MartRules) -> None:
    for rate in ("override_hit_rate", "model_hit_rate"):
        between(suite, table, rate, 0, 1)
    conditions(
        suite, table, {"right_over_ended": "right_overrides > ended_overrides or ended_overrides > overrides"}
    )


OWN: dict[str, Callable[[Suite, MartTable, MartRules], None]] = {
    "mart_score_validation": _validation,
    "mart_score_worth": _worth,
    "mart_score_calibration": _calibration,
    "mart_score_roc": _roc,
    "mart_score_stability": _stability,
    "mart_alert_grades": _alert_grades,
    "mart_override_grades": _override_grades,
}
