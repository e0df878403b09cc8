"""The second door: marts before they are published."""

from collections.abc import Callable

from expectations.engine import gxe
from expectations.suite import Suite, rows_where
from expectations.suites import losses, validating, watching
from expectations.suites.mart_checks import MartRules, MartTable, accepted, between, conditions, limit, row

_OTHER_RUN = "(run_id, as_of_date) is distinct from (select (run_id, as_of_date) from run.context)"
# Points and scores are doubles rounded to cents of a point.
_ROUNDING = 0.0001


def mart(table: MartTable, rules: MartRules) -> Suite:
    """Expectations on one mart: its rows, key and run, and what its own rules add."""
    suite = Suite(name=f"marts.{table.name}", object=table.object)
    row(
        suite,
        table,
        gxe.ExpectTableRowCountToBeBetween,
        "has no rows",
        min_value=0 if table.may_be_empty else 1,
    )
    problem = f"{' + '.join(table.grain)} is not unique"
    if len(table.grain) == 1:
        row(suite, table, gxe.ExpectColumnValuesToBeUnique, problem, column=table.grain[0])
    else:
        row(suite, table, gxe.ExpectCompoundColumnsToBeUnique, problem, column_list=list(table.grain))
    for column in sorted({*table.grain, "run_id", *table.required}):
        row(suite, table, gxe.ExpectColumnValuesToNotBeNull, f"{column} is empty", column=column)
    limit(suite, table, "rows_of_another_run", rows_where(_OTHER_RUN), "holds rows of another run")
    if table.name in _OWN:
        _OWN[table.name](suite, table, rules)
    return suite


def _customer_risk(suite: Suite, table: MartTable, rules: MartRules) -> None:
    for dimension in (*rules.dimensions, "composite"):
        between(suite, table, f"{dimension}_score", 0, 100)
    for share in ("overdue_rate", "overdue_rate_documents", "late_share_count", "late_share_amount"):
        between(suite, table, share, 0, 1)
    accepted(suite, table, "risk_tier", rules.risk_tiers)
    accepted(suite, table, "value_tier", rules.value_tiers)
    for dimension in rules.dimensions:
        accepted(suite, table, f"{dimension}_evidence", ["scored", "thin", "insufficient_data"])
    accepted(suite, table, "model_risk_tier", rules.risk_tiers)
    unevidenced = " or ".join(
        f"({name}_score is null) != ({name}_evidence = 'insufficient_data')" for name in rules.dimensions
    )
    overdue = "ageing_1_30 + ageing_31_60 + ageing_61_90 + ageing_91_120 + ageing_over_120"
    found = {
        "buckets_off_balance": f"ageing_current + {overdue} + ageing_credit != open_balance",
        "overdue_over_open": "overdue_balance > open_receivables or overdue_over_90 > overdue_balance",
        "overdue_off_buckets": f"overdue_balance != {overdue}",
        "negative_amounts": "least(open_receivables, overdue_balance, overdue_over_90) < 0",
        "rate_without_balance": "(overdue_rate is null) != (open_receivables = 0)",
        "score_without_evidence": unevidenced or "false",
        "tier_changed_by_nobody": "risk_tier != model_risk_tier and override_id is null",
    }
    conditions(suite, table, found)


def _risk_factors(suite: Suite, table: MartTable, rules: MartRules) -> None:
    between(suite, table, "points", 0, 100)
    between(suite, table, "weight", 0, 1)
    accepted(suite, table, "status", ["scored", "insufficient_data"])
    weights = (
        f"(select count(*) from (select 1 from {table.object} where status = 'scored'"
        f" group by as_of_date, customer_key, dimension having abs(sum(weight) - 1) > {_ROUNDING}))"
    )
    limit(suite, table, "weights_off_one", f"max({weights})", "weights of a scored dimension do not sum to 1")
    unscored = "(status = 'scored') != (points is not null) or (status != 'scored' and contribution != 0)"
    limit(
        suite, table, "points_without_status", rows_where(unscored), "points and status contradict each other"
    )


def _ar_ageing(suite: Suite, table: MartTable, rules: MartRules) -> None:
    accepted(suite, table, "ageing_bucket", rules.ageing_buckets)
    signs = "(ageing_bucket = 'credit') != (balance < 0)"
    limit(suite, table, "signs_off_bucket", rows_where(signs), "a bucket holds a balance of the wrong sign")


def _customer_tier(suite: Suite, table: MartTable, rules: MartRules) -> None:
    between(suite, table, "composite_score", 0, 100)
    accepted(suite, table, "risk_tier", rules.risk_tiers)
    accepted(suite, table, "value_tier", rules.value_tiers)
    limit(
        suite,
        table,
        "tier_in_future",
        rows_where("risk_tier_since > as_of_date"),
        "a tier begins after the run",
    )


def _run(suite: Suite, table: MartTable, rules: MartRules) -> None:
    lost = "rows_in_file != rows_loaded + rows_quarantined + rows_filtered"
    limit(suite, table, "rows_lost", rows_where(lost), "rows are neither loaded nor quarantined nor filtered")


def _quarantine(suite: Suite, table: MartTable, rules: MartRules) -> None:
    accepted(suite, table, "reason_code", rules.reason_codes)


_OWN: dict[str, Callable[[Suite, MartTable, MartRules], None]] = {
    "fct_customer_risk": _customer_risk,
    "fct_customer_risk_factors": _risk_factors,
    "mart_ar_ageing": _ar_ageing,
    "mart_customer_tier": _customer_tier,
    "mart_run": _run,
    "mart_quarantine": _quarantine,
    "mart_identity_exceptions": _quarantine,
    **losses.OWN,
    **watching.OWN,
    **validating.OWN,
}
