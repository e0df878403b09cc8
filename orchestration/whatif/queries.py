"""What is compared of two scored sides, as SQL: `<figure>_before` is the champion's, `<figure>_after` the other's."""

import duckdb

from orchestration.building.sql import identifier, literal
from orchestration.whatif.sides import SIDES

MATRIX = """
select tier_before, tier_after, count(*) as customers, sum(exposure) as exposure
from pairs group by tier_before, tier_after, rank_before, rank_after
order by rank_before nulls first, tier_before nulls first, rank_after nulls first, tier_after nulls first
"""
MIGRATION = """
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
LIMITS = """
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
CONTROLS = """
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
WORTHS = """
select outcome_id, dimension, champion.observations, champion.bads,
    champion.auc as auc_before, champion.auc_low as auc_low_before, champion.auc_high as auc_high_before,
    challenger.auc as auc_after, challenger.auc_low as auc_low_after, challenger.auc_high as auc_high_after,
    champion.score_verdict as verdict_before, challenger.score_verdict as verdict_after
from champion.mart_score_worth as champion
full join challenger.mart_score_worth as challenger using (outcome_id, dimension)
order by outcome_id nulls last, dimension = 'composite' desc, dimension nulls last
"""
# By date, dimension and segment; the newest window of the composite is what is printed.
WINDOWS = """
select outcome_id, dimension, segment_type, segment_name, validation_date,
    champion.customers, champion.bads, champion.validation_status,
    champion.auc as auc_before, challenger.auc as auc_after,
    champion.auc_low as auc_low_before, challenger.auc_low as auc_low_after,
    champion.auc_high as auc_high_before, challenger.auc_high as auc_high_after,
    champion.gini as gini_before, challenger.gini as gini_after,
    champion.ks as ks_before, challenger.ks as ks_after,
    champion.ks_low as ks_low_before, challenger.ks_low as ks_low_after,
    champion.ks_high as ks_high_before, challenger.ks_high as ks_high_after,
    champion.brier as brier_before, challenger.brier as brier_after,
    champion.capture_10 as capture_10_before, challenger.capture_10 as capture_10_after,
    champion.capture_20 as capture_20_before, challenger.capture_20 as capture_20_after
from champion.mart_score_validation as champion
full join challenger.mart_score_validation as challenger
    using (outcome_id, validation_date, dimension, segment_type, segment_name)
order by outcome_id nulls last, dimension nulls last, segment_type nulls last, segment_name nulls last,
    validation_date desc nulls last
"""
NEWEST_WINDOWS = f"""
select * from ({WINDOWS}) where dimension = 'composite' and segment_type = 'all'
qualify row_number() over (partition by outcome_id order by validation_date desc) = 1
order by outcome_id nulls last
"""
CALIBRATION = """
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
LOSS = """
select sum(before.expected_loss_base) as loss_before, sum(after.expected_loss_base) as loss_after,
    sum(before.exposure_at_default_base) as exposure_before, sum(after.exposure_at_default_base) as exposure_after,
    count(*) filter (before.expected_loss_base is distinct from after.expected_loss_base) as customers_changed
from champion.mart_expected_loss as before
full join challenger.mart_expected_loss as after using (customer_key, as_of_date)
where as_of_date = $on
"""
# Of each customer whose expectation differs: which of the three factors moved it.
LOSS_BY_CUSTOMER = """
select customer_key, coalesce(champion.customer_id, challenger.customer_id) as customer_id,
    champion.probability_of_default as probability_before, challenger.probability_of_default as probability_after,
    champion.pd_method as pd_method_before, challenger.pd_method as pd_method_after,
    champion.loss_given_default as severity_before, challenger.loss_given_default as severity_after,
    champion.exposure_at_default_base as exposure_before, challenger.exposure_at_default_base as exposure_after,
    champion.expected_loss_base as loss_before, challenger.expected_loss_base as loss_after
from champion.mart_expected_loss as champion
full join challenger.mart_expected_loss as challenger using (customer_key, as_of_date)
where as_of_date = $on and champion.expected_loss_base is distinct from challenger.expected_loss_base
order by abs(coalesce(challenger.expected_loss_base, 0) - coalesce(champion.expected_loss_base, 0)) desc nulls last,
    customer_key nulls last
"""


def credit_control(connection: duckdb.DuckDBPyConnection) -> str:
    """SQL of the figures of the months that differ: month, figure, before, after."""
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
    return (
        f"select * from ({parts}) where before is distinct from after"
        " order by month_end desc nulls last, figure nulls last"
    )
