-- Fails if the rated tiers or the classes of a value component do not cover 0 to 100 once each, the class
-- without a score is not one, or the value matrix leaves a pair of classes out. Read as of the run.
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
        value_component as rule_table,
        row_number() over (partition by value_component order by score_from asc nulls first) as rank,
        score_from as range_from,
        score_to as range_to
    from {{ ref('stg_rules__value_classes') }}
    where score_from is not null
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
        (from_first = 1 and (range_from is null or range_from != 0))
        or (from_first > 1 and (previous_to is null or range_from is null or previous_to != range_from))
        or (from_last = 1 and range_to is not null)
        or range_to <= range_from
        or range_from >= 100
    union all
    select
        value_component as rule_table,
        0 as rank
    from {{ ref('stg_rules__value_classes') }}
    group by value_component
    having sum(case when score_from is null then 1 else 0 end) != 1
    union all
    select
        contribution.value_class || ' ' || importance.value_class as rule_table,
        0 as rank
    from {{ ref('stg_rules__value_classes') }} as contribution
    cross join {{ ref('stg_rules__value_classes') }} as importance
    left join {{ ref('stg_rules__value_matrix') }} as value_matrix
        on
            contribution.value_class = value_matrix.contribution_class
            and importance.value_class = value_matrix.importance_class
    where
        contribution.value_component = 'contribution'
        and importance.value_component = 'importance'
        and value_matrix.value_tier is null
)

select * from violations
