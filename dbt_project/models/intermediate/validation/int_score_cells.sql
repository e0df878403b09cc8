-- Grain: one row per validation date, outcome, dimension, measure, segment and value of the measure
-- Scores have few values: counted once by value, every figure of a ranking is a sum over them.
with

counted as (

    select
        validation_date,
        outcome_id,
        dimension,
        ranked_by,
        is_pooled,
        value_tier,
        assessment_path,
        ranking_value,
        count(*) as customers,
        sum(is_bad) as bads
    from {{ ref('int_judged_observations') }}
    group by
        validation_date,
        outcome_id,
        dimension,
        ranked_by,
        is_pooled,
        value_tier,
        assessment_path,
        ranking_value

),

-- a pooled row speaks of all windows that do not overlap; it carries the newest of their dates
newest as (

    select
        outcome_id,
        max(validation_date) as validation_date
    from counted
    group by outcome_id

),

segmented as (

    select
        *,
        'all' as segment_type,
        'all' as segment_name
    from counted
    union all
    select
        *,
        'value_tier' as segment_type,
        coalesce(value_tier, 'none') as segment_name
    from counted
    union all
    select
        *,
        'assessment_path' as segment_type,
        coalesce(assessment_path, 'none') as segment_name
    from counted
    union all
    select
        newest.validation_date,
        counted.outcome_id,
        counted.dimension,
        counted.ranked_by,
        counted.is_pooled,
        counted.value_tier,
        counted.assessment_path,
        counted.ranking_value,
        counted.customers,
        counted.bads,
        'pooled' as segment_type,
        'all' as segment_name
    from counted
    inner join newest on counted.outcome_id = newest.outcome_id
    where counted.is_pooled

),

final as (

    select
        validation_date,
        outcome_id,
        dimension,
        segment_type,
        segment_name,
        ranked_by,
        ranking_value,
        cast(sum(customers) as bigint) as customers,
        cast(sum(bads) as bigint) as bads,
        cast(sum(customers) - sum(bads) as bigint) as goods
    from segmented
    group by
        validation_date, outcome_id, dimension, segment_type, segment_name, ranked_by, ranking_value

)

select * from final
