"""What the challenger would change: tiers, customers with the reasons, limits, what the scores are worth, losses."""

from dataclasses import asdict, dataclass, field
from typing import Any

import duckdb

from orchestration.building.sql import identifier, literal
from orchestration.whatif.challenge import Change
from orchestration.whatif.sides import OPTIONAL, SIDES, Scored

Rows = list[dict[str, Any]]
_REASONS = 3

# One row per customer of the date: both sides beside each other. Pairs are 1:1: the data are the same.
_PAIRS = """
create temp table pairs as
select
    champion.customer_key, champion.customer_id, champion.exposure,
    champion.composite_score as score_before, challenger.composite_score as score_after,
    champion.risk_tier as tier_before, challenger.risk_tier as tier_after,
    tiers_before.rank as rank_before, tiers_after.rank as rank_after,
    champion.hard_rule as hard_rule_before, challenger.hard_rule as hard_rule_after,
    limits_before.recommended_limit as limit_before, limits_after.recommended_limit as limit_after,
    champion.override_id is not null or challenger.override_id is not null as is_overridden
from champion.fct_customer_risk as champion
inner join challenger.fct_customer_risk as challenger
    on champion.customer_key = challenger.customer_key and champion.as_of_date = challenger.as_of_date
left join champion.tiers as tiers_before on champion.risk_tier = tiers_before.risk_tier
left join challenger.tiers as tiers_after on challenger.risk_tier = tiers_after.risk_tier
left join champion.mart_controls as limits_before
    on champion.customer_key = limits_before.customer_key and limits_before.control_type = 'credit_limit'
left join challenger.mart_controls as limits_after
    on challenger.customer_key = limits_after.customer_key and limits_after.control_type = 'credit_limit'
where champion.as_of_date = $on
"""
_MATRIX = """
select tier_before, tier_after, count(*) as customers, sum(exposure) as exposure
from pairs group by tier_before, tier_after, rank_before, rank_after
order by rank_before nulls first, tier_before nulls first, rank_after nulls first, tier_after nulls first
"""
_MIGRATION = """
select champion.as_of_date, count(*) as customers,
    count(*) filter (tiers_after.rank > tiers_before.rank) as up,
    count(*) filter (tiers_after.rank < tiers_before.rank) as down,
    count(*) filter (champion.composite_score is distinct from challenger.composite_score) as scores_changed
from champion.fct_customer_risk as champion
inner join challenger.fct_customer_risk as challenger
    on champion.customer_key = challenger.customer_key and champion.as_of_date = challenger.as_of_date
left join champion.tiers as tiers_before on champion.risk_tier = tiers_before.risk_tier
left join challenger.tiers as tiers_after on challenger.risk_tier = tiers_after.risk_tier
group by champion.as_of_date order by champion.as_of_date nulls last
"""
_MOVERS = """
select * from pairs
where tier_before is distinct from tier_after or score_before is distinct from score_after
    or hard_rule_before is distinct from hard_rule_after or limit_before is distinct from limit_after
order by abs(coalesce(rank_after, 0) - coalesce(rank_before, 0)) desc nulls last,
    abs(coalesce(score_after, 0) - coalesce(score_before, 0)) desc nulls last,
    exposure desc nulls last, customer_id nulls last, customer_key nulls last
"""
_FACTORS = """
with joined as (
    select
        coalesce(champion.customer_key, challenger.customer_key) as customer_key,
        coalesce(champion.factor_id, challenger.factor_id) as factor_id,
        champion.points as points_before, challenger.points as points_after,
        champion.band as band_before, challenger.band as band_after,
        champion.weight as weight_before, challenger.weight as weight_after,
        champion.composite_contribution as share_before, challenger.composite_contribution as share_after,
        coalesce(challenger.composite_contribution, 0) - coalesce(champion.composite_contribution, 0) as difference
    from (select * from champion.fct_customer_risk_factors where as_of_date = $on) as champion
    full join (select * from challenger.fct_customer_risk_factors where as_of_date = $on) as challenger
        on champion.customer_key = challenger.customer_key and champion.factor_id = challenger.factor_id
)
select joined.*, (points_before, band_before, weight_before, share_before)
    is distinct from (points_after, band_after, weight_after, share_after) as has_changed
from joined inner join pairs on joined.customer_key = pairs.customer_key
where has_changed and list_contains($keys, joined.customer_key)
qualify row_number() over (partition by joined.customer_key order by abs(difference) desc, factor_id) <= $most
order by joined.customer_key nulls last, abs(difference) desc nulls last, factor_id nulls last
"""
_LIMITS = """
select
    count(*) filter (limit_before is not null) as limits_before,
    count(*) filter (limit_after is not null) as limits_after,
    sum(limit_before) as sum_before, sum(limit_after) as sum_after,
    count(*) filter (limit_after > limit_before) as raised,
    count(*) filter (limit_after < limit_before) as lowered,
    count(*) filter (limit_before is null and limit_after is not null) as begun,
    count(*) filter (limit_before is not null and limit_after is null) as ended,
    sum(greatest(exposure - limit_before, 0)) as exposure_over_before,
    sum(greatest(exposure - limit_after, 0)) as exposure_over_after
from pairs
"""
_CONTROLS = """
select coalesce(champion.control_type, challenger.control_type) as control_type,
    coalesce(champion.control_rule_id, challenger.control_rule_id) as control_rule_id,
    coalesce(champion.customers, 0) as before, coalesce(challenger.customers, 0) as after
from (select control_type, control_rule_id, count(*) as customers from champion.mart_controls group by all) as champion
full join (
    select control_type, control_rule_id, count(*) as customers from challenger.mart_controls group by all
) as challenger using (control_type, control_rule_id)
where before != after order by 1 nulls last, 2 nulls last
"""
# Of all windows that do not overlap: the figures a claim rests on.
_WORTHS = """
select outcome_id, dimension, champion.observations, champion.bads,
    champion.auc as auc_before, champion.auc_low as auc_low_before, champion.auc_high as auc_high_before,
    challenger.auc as auc_after, challenger.auc_low as auc_low_after, challenger.auc_high as auc_high_after,
    champion.score_verdict as verdict_before, challenger.score_verdict as verdict_after
from champion.mart_score_worth as champion
full join challenger.mart_score_worth as challenger using (outcome_id, dimension)
order by outcome_id nulls last, dimension = 'composite' desc, dimension nulls last
"""
# By date: the newest complete window of each outcome, composite, all customers.
_WINDOWS = """
select outcome_id, validation_date, champion.customers, champion.bads, champion.validation_status,
    champion.ks as ks_before, champion.ks_low as ks_low_before, champion.ks_high as ks_high_before,
    challenger.ks as ks_after, challenger.ks_low as ks_low_after, challenger.ks_high as ks_high_after,
    champion.brier as brier_before, challenger.brier as brier_after,
    champion.capture_10 as capture_10_before, challenger.capture_10 as capture_10_after
from champion.mart_score_validation as champion
full join challenger.mart_score_validation as challenger
    using (outcome_id, validation_date, dimension, segment_type, segment_name)
where dimension = 'composite' and segment_type = 'all'
qualify row_number() over (partition by outcome_id order by validation_date desc) = 1
order by outcome_id nulls last
"""
_CALIBRATION = """
with judged as (
    select 'before' as side, outcome_id, is_as_expected from champion.mart_score_calibration
    where dimension = 'composite' and is_as_expected is not null
    union all
    select 'after', outcome_id, is_as_expected from challenger.mart_score_calibration
    where dimension = 'composite' and is_as_expected is not null
)
select outcome_id,
    count(*) filter (side = 'before') as bands_before,
    count(*) filter (side = 'before' and is_as_expected) as as_expected_before,
    count(*) filter (side = 'after') as bands_after,
    count(*) filter (side = 'after' and is_as_expected) as as_expected_after
from judged group by outcome_id order by outcome_id nulls last
"""
_LOSS = """
select sum(before.expected_loss_base) as loss_before, sum(after.expected_loss_base) as loss_after,
    sum(before.exposure_at_default_base) as exposure_before, sum(after.exposure_at_default_base) as exposure_after,
    count(*) filter (before.expected_loss_base is distinct from after.expected_loss_base) as customers_changed
from champion.mart_expected_loss as before
full join challenger.mart_expected_loss as after using (customer_key, as_of_date)
where as_of_date = $on
"""


@dataclass
class Comparison:
    """All differences as rows; every pair of columns `<figure>_before`, `<figure>_after` is champion, challenger."""

    changes: list[Change]
    warnings: list[str]
    matrix: Rows
    migration: Rows
    movers: Rows
    movers_total: int
    limits: dict[str, Any]
    controls: Rows
    credit_control: Rows
    worths: Rows
    windows: Rows
    calibration: Rows
    expected_loss: dict[str, Any] | None
    skipped: list[str] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether nothing that is compared differs."""
        moved = any(row["up"] or row["down"] or row["scores_changed"] for row in self.migration)
        pairs = [*self.worths, *self.windows, *self.calibration, self.limits, self.expected_loss or {}]
        return not (
            moved or self.movers_total or self.controls or self.credit_control or any(map(differs, pairs))
        )

    def as_dict(self) -> dict[str, Any]:
        """Everything as plain values, for JSON."""
        return asdict(self)


def differs(row: dict[str, Any]) -> bool:
    """Whether any figure of a row is another after than before."""
    return any(
        value != row[name.removesuffix("_before") + "_after"]
        for name, value in row.items()
        if name.endswith("_before")
    )


def compare(scored: Scored, movers: int) -> Comparison:
    """Compare both sides; `movers` customers are explained, all are counted."""
    connection, on = scored.connection, {"on": scored.on}
    connection.execute(_PAIRS, on)
    moved = _rows(connection, _MOVERS)
    skipped = [
        f"{table}: the project has no such mart, so no change of it can be told." for table in scored.missing
    ]
    has_loss = OPTIONAL[0] not in scored.missing
    return Comparison(
        changes=list(scored.challenge.changes),
        warnings=list(scored.challenge.warnings),
        matrix=_rows(connection, _MATRIX),
        migration=_rows(connection, _MIGRATION),
        movers=_explained(connection, moved[:movers], on),
        movers_total=len(moved),
        limits=_rows(connection, _LIMITS)[0],
        controls=_rows(connection, _CONTROLS),
        credit_control=_credit_control(connection),
        worths=_rows(connection, _WORTHS),
        windows=_rows(connection, _WINDOWS),
        calibration=_rows(connection, _CALIBRATION),
        expected_loss=_rows(connection, _LOSS, on)[0] if has_loss else None,
        skipped=skipped,
    )


def _explained(connection: duckdb.DuckDBPyConnection, moved: Rows, on: dict[str, Any]) -> Rows:
    if not moved:
        return []
    keys = [row["customer_key"] for row in moved]
    factors = _rows(connection, _FACTORS, {**on, "keys": keys, "most": _REASONS})
    for row in moved:
        row["reasons"] = _reasons(
            row, [item for item in factors if item["customer_key"] == row["customer_key"]]
        )
    return moved


def _reasons(row: dict[str, Any], factors: Rows) -> list[str]:
    found = []
    if row["hard_rule_before"] != row["hard_rule_after"]:
        found.append(f"hard rule {row['hard_rule_before'] or 'none'} -> {row['hard_rule_after'] or 'none'}")
    for item in factors:
        parts = [
            f"{name} {_short(item[f'{name}_before'])} -> {_short(item[f'{name}_after'])}"
            for name in ("points", "band", "weight")
            if item[f"{name}_before"] != item[f"{name}_after"]
        ]
        what = ", ".join(parts) or "weight of its dimension"
        found.append(f"{item['factor_id']} {item['difference']:+.2f}: {what}")
    if not found and row["score_before"] == row["score_after"]:
        moved = row["tier_before"] != row["tier_after"]
        found.append("bounds of the tiers: the score is the same" if moved else "rule of the control")
    if row["is_overridden"]:
        found.append("a person's override is in force")
    return found


def _short(value: float | None) -> str:
    return "none" if value is None else f"{value:g}"


def _credit_control(connection: duckdb.DuckDBPyConnection) -> Rows:
    """Figures of the months that differ: month, figure, before, after."""
    described = connection.execute("describe champion.mart_credit_control").fetchall()
    figures = [
        name
        for name, kind, *_ in described
        if str(kind).startswith(("DECIMAL", "DOUBLE", "INTEGER", "BIGINT"))
    ]
    parts = " union all ".join(
        f"select month_end, {literal(name)} as figure, cast(before.{identifier(name)} as double) as before,"
        f" cast(after.{identifier(name)} as double) as after from {SIDES[0]}.mart_credit_control as before"
        f" full join {SIDES[1]}.mart_credit_control as after using (month_end)"
        for name in figures
    )
    return _rows(
        connection,
        f"select * from ({parts}) where before is distinct from after"
        " order by month_end desc nulls last, figure nulls last",
    )


def _rows(connection: duckdb.DuckDBPyConnection, sql: str, values: dict[str, Any] | None = None) -> Rows:
    result = connection.execute(sql, values) if values else connection.execute(sql)
    names = [column[0] for column in result.description or []]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
