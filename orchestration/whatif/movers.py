"""Who changes between two scored sides, and why, factor by factor: tables of the comparison's own connection."""

from typing import Any

import duckdb

_REASONS = 3

# One row per customer of the date: both sides beside each other. Pairs are 1:1: the data are the same.
_PAIRS = """
create or replace temp table pairs as
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
# Who moves, furthest first.
_MOVED = """
create or replace temp table moved as
select *, row_number() over (
    order by abs(coalesce(rank_after, 0) - coalesce(rank_before, 0)) desc nulls last,
        abs(coalesce(score_after, 0) - coalesce(score_before, 0)) desc nulls last,
        exposure desc nulls last, customer_id nulls last, customer_key nulls last
) as place
from pairs
where tier_before is distinct from tier_after or score_before is distinct from score_after
    or hard_rule_before is distinct from hard_rule_after or limit_before is distinct from limit_after
"""


def _pair(name: str) -> str:
    """SQL: a figure before and after where it changed, null where it did not (concat_ws leaves it out)."""
    before, after = (
        f"coalesce(format('{{:g}}', cast({name}_{end} as double)), 'none')" for end in ("before", "after")
    )
    return f"case when {name}_before is distinct from {name}_after then '{name} ' || {before} || ' -> ' || {after} end"


_EXPLAINED = f"""
create or replace temp table explained as
with chosen as (
    select * from moved where $most is null or place <= $most
),
joined as (
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
),
changed as (
    select joined.*, row_number() over (
        partition by joined.customer_key order by abs(difference) desc nulls last, factor_id nulls last
    ) as factor_place
    from joined inner join chosen on joined.customer_key = chosen.customer_key
    where (points_before, band_before, weight_before, share_before)
        is distinct from (points_after, band_after, weight_after, share_after)
),
factors as (
    select customer_key, list(
        factor_id || format(' {{:+.2f}}: ', cast(difference as double)) || coalesce(
            nullif(concat_ws(', ', {_pair("points")}, {_pair("band")}, {_pair("weight")}), ''),
            'weight of its dimension'
        )
        order by factor_place
    ) as reasons
    from changed where factor_place <= {_REASONS} group by customer_key
),
parts as (
    select chosen.*, list_concat(
        case when hard_rule_before is distinct from hard_rule_after then
            ['hard rule ' || coalesce(hard_rule_before, 'none') || ' -> ' || coalesce(hard_rule_after, 'none')]
        else [] end,
        coalesce(factors.reasons, [])
    ) as found
    from chosen left join factors on chosen.customer_key = factors.customer_key
)
select * exclude (found), list_concat(
    found,
    case
        when len(found) > 0 or score_before is distinct from score_after then []
        when tier_before is distinct from tier_after then ['bounds of the tiers: the score is the same']
        else ['rule of the control']
    end,
    case when is_overridden then ['a person''s override is in force'] else [] end
) as reasons
from parts order by place
"""


def find_movers(connection: duckdb.DuckDBPyConnection, on: Any, most: int | None) -> int:
    """Make the temporary tables `pairs` (everybody) and `explained` (movers with `reasons`, the first `most` of them,
    all when None). Return how many move in all.
    """
    connection.execute(_PAIRS, {"on": on})
    connection.execute(_MOVED)
    connection.execute(_EXPLAINED, {"on": on, "most": most})
    [(total,)] = connection.execute("select count(*) from moved").fetchall()
    return int(total)
