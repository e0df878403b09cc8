-- Grain: one row per validation date, outcome, dimension, measure, value of it and segments of a customer
with observations as (
    select * from {{ ref('int_judged_observations') }}
),

final as (
    select
        validation_date,
        outcome_id,
        dimension,
        ranked_by,
        is_pooled,
        coalesce(value_tier, 'none') as value_tier,
        coalesce(assessment_path, 'none') as assessment_path,
        ranking_value,
        count(*) as customers,
        cast(sum(is_bad) as bigint) as bads
    from observations
    group by
        validation_date,
        outcome_id,
        dimension,
        ranked_by,
        is_pooled,
        value_tier,
        assessment_path,
        ranking_value
)

select * from final
