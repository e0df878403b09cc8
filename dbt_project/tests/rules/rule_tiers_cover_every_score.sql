-- Fails if the rated tiers do not cover 0 to 100, or the value tiers every amount, once each. Read as of
-- the run.
with ranges as (
    select
        'risk_tiers' as rule_table,
        rank,
        cast(score_from as double) as range_from,
        cast(score_to as double) as range_to
    from {{ ref('stg_rules__risk_tiers') }}
    where rank > 0
    union all
    select
        'value_tiers' as rule_table,
        rank,
        cast(revenue_from as double) as range_from,
        cast(revenue_to as double) as range_to
    from {{ ref('stg_rules__value_tiers') }}
),

neighbours as (
    select
        rule_table,
        rank,
        range_from,
        range_to,
        lag(range_to) over (partition by rule_table order by rank asc nulls first) as previous_to,
        row_number() over (partition by rule_table order by rank asc nulls first) as from_first,
        row_number() over (partition by rule_table order by rank desc nulls first) as from_last
    from ranges
),

violations as (
    select
        rule_table,
        rank
    from neighbours
    where
        (from_first = 1 and rule_table = 'risk_tiers' and (range_from is null or range_from != 0))
        or (from_first = 1 and rule_table = 'value_tiers' and range_from is not null)
        or (from_first > 1 and (previous_to is null or range_from is null or previous_to != range_from))
        or (from_last = 1 and range_to is not null)
        or range_to <= range_from
        or (rule_table = 'risk_tiers' and range_from >= 100)
)

select * from violations
