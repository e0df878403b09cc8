"""The second door: marts before they are published."""

from collections.abc import Callable
from dataclasses import dataclass, field

from expectations.engine import gxe
from expectations.severity import CRITICAL, Severity, meta
from expectations.suite import Suite, rows_where

_OTHER_RUN = "(run_id, as_of_date) is distinct from (select (run_id, as_of_date) from run.context)"
# Points and scores are doubles rounded to cents of a point.
_ROUNDING = 0.0001


@dataclass(frozen=True)
class MartRules:
    """Values the rule tables allow, as this run has them."""

    risk_tiers: list[str] = field(default_factory=list)
    value_tiers: list[str] = field(default_factory=list)
    ageing_buckets: list[str] = field(default_factory=list)
    reason_codes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class MartTable:
    """A mart as dbt's manifest describes it; `required` are the columns that are never empty."""

    name: str
    key: str
    owner: str
    required: list[str]
    may_be_empty: bool = False

    @property
    def object(self) -> str:
        """`schema.table` of the mart."""
        return f"marts.{self.name}"


def mart(table: MartTable, rules: MartRules) -> Suite:
    """Expectations on one mart: its rows, key and run, and what its own rules add."""
    suite = Suite(name=f"marts.{table.name}", object=table.object)
    _row(
        suite,
        table,
        gxe.ExpectTableRowCountToBeBetween,
        "has no rows",
        min_value=0 if table.may_be_empty else 1,
    )
    _row(suite, table, gxe.ExpectColumnValuesToBeUnique, f"{table.key} is not unique", column=table.key)
    for column in sorted({table.key, "run_id", *table.required}):
        _row(suite, table, gxe.ExpectColumnValuesToNotBeNull, f"{column} is empty", column=column)
    _limit(suite, table, "rows_of_another_run", rows_where(_OTHER_RUN), "holds rows of another run")
    if table.name in _OWN:
        _OWN[table.name](suite, table, rules)
    return suite


def _customer_risk(suite: Suite, table: MartTable, rules: MartRules) -> None:
    for score in ("credit_score", "churn_score", "composite_score"):
        _between(suite, table, score, 0, 100)
    for share in ("overdue_rate", "overdue_rate_documents", "late_share_count", "late_share_amount"):
        _between(suite, table, share, 0, 1)
    _accepted(suite, table, "risk_tier", rules.risk_tiers)
    _accepted(suite, table, "value_tier", rules.value_tiers)
    for evidence in ("credit_evidence", "churn_evidence"):
        _accepted(suite, table, evidence, ["scored", "thin", "insufficient_data"])
    overdue = "ageing_1_30 + ageing_31_60 + ageing_61_90 + ageing_91_120 + ageing_over_120"
    conditions = {
        "buckets_off_balance": f"ageing_current + {overdue} + ageing_credit != open_balance",
        "overdue_over_open": "overdue_balance > open_receivables or overdue_over_90 > overdue_balance",
        "overdue_off_buckets": f"overdue_balance != {overdue}",
        "negative_amounts": "least(open_receivables, overdue_balance, overdue_over_90) < 0",
        "rate_without_balance": "(overdue_rate is null) != (open_receivables = 0)",
        "score_without_evidence": "(credit_score is null) != (credit_evidence = 'insufficient_data')"
        " or (churn_score is null) != (churn_evidence = 'insufficient_data')",
    }
    for name, condition in conditions.items():
        _limit(suite, table, name, rows_where(condition), f"{name.replace('_', ' ')} in some rows")


def _risk_factors(suite: Suite, table: MartTable, rules: MartRules) -> None:
    _between(suite, table, "points", 0, 100)
    _between(suite, table, "weight", 0, 1)
    _accepted(suite, table, "status", ["scored", "insufficient_data"])
    weights = (
        f"(select count(*) from (select 1 from {table.object} where status = 'scored'"
        f" group by as_of_date, customer_key, dimension having abs(sum(weight) - 1) > {_ROUNDING}))"
    )
    _limit(
        suite, table, "weights_off_one", f"max({weights})", "weights of a scored dimension do not sum to 1"
    )
    unscored = "(status = 'scored') != (points is not null) or (status != 'scored' and contribution != 0)"
    _limit(
        suite, table, "points_without_status", rows_where(unscored), "points and status contradict each other"
    )


def _ar_ageing(suite: Suite, table: MartTable, rules: MartRules) -> None:
    _accepted(suite, table, "ageing_bucket", rules.ageing_buckets)
    signs = "(ageing_bucket = 'credit') != (balance < 0)"
    _limit(suite, table, "signs_off_bucket", rows_where(signs), "a bucket holds a balance of the wrong sign")


def _customer_tier(suite: Suite, table: MartTable, rules: MartRules) -> None:
    _between(suite, table, "composite_score", 0, 100)
    _accepted(suite, table, "risk_tier", rules.risk_tiers)
    _accepted(suite, table, "value_tier", rules.value_tiers)
    _limit(
        suite,
        table,
        "tier_in_future",
        rows_where("risk_tier_since > as_of_date"),
        "a tier begins after the run",
    )


def _run(suite: Suite, table: MartTable, rules: MartRules) -> None:
    lost = "rows_in_file != rows_loaded + rows_quarantined + rows_filtered"
    _limit(
        suite, table, "rows_lost", rows_where(lost), "rows are neither loaded nor quarantined nor filtered"
    )


def _quarantine(suite: Suite, table: MartTable, rules: MartRules) -> None:
    _accepted(suite, table, "reason_code", rules.reason_codes)


_OWN: dict[str, Callable[[Suite, MartTable, MartRules], None]] = {
    "fct_customer_risk": _customer_risk,
    "fct_customer_risk_factors": _risk_factors,
    "mart_ar_ageing": _ar_ageing,
    "mart_customer_tier": _customer_tier,
    "mart_run": _run,
    "mart_quarantine": _quarantine,
    "mart_identity_exceptions": _quarantine,
}


def _row(
    suite: Suite,
    table: MartTable,
    kind: type[gxe.Expectation],
    problem: str,
    severity: Severity = CRITICAL,
    **arguments: object,
) -> None:
    details = meta(table.owner, f"{table.object}: {problem}", _way_out(table))
    suite.rows.append(kind(severity=severity, meta=details, **arguments))


def _between(suite: Suite, table: MartTable, column: str, least: float, most: float) -> None:
    problem = f"{column} lies outside {least} to {most}"
    _row(
        suite,
        table,
        gxe.ExpectColumnValuesToBeBetween,
        problem,
        column=column,
        min_value=least,
        max_value=most,
    )


def _accepted(suite: Suite, table: MartTable, column: str, values: list[str]) -> None:
    problem = f"{column} holds a value that no rule table knows"
    _row(suite, table, gxe.ExpectColumnValuesToBeInSet, problem, column=column, value_set=values)


def _limit(suite: Suite, table: MartTable, name: str, sql: str, problem: str) -> None:
    suite.limit(name, sql, CRITICAL, table.owner, f"{table.object}: {problem}", _way_out(table))


def _way_out(table: MartTable) -> str:
    return f"the model {table.name} or a rule table behind it is wrong: run its dbt tests on the build"
