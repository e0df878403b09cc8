-- Grain: one row per scope (company or value tier), metric, method (each and all) and period (quarter or
-- trailing window): the measure with its answers, interval, response rate and response bias. No customer and
-- no person.
with context as (
    select * from {{ ref('stg_run__context') }}
),

measures as (
    select * from {{ ref('int_satisfaction_values') }}
    where scope_type != 'customer'
),

bias as (
    select * from {{ ref('int_satisfaction_bias') }}
),

final as (
    select
        {{ md5_key([
            'context.as_of_date', 'measures.scope_type', 'measures.scope_name', 'measures.metric', 'measures.survey_method',
            'measures.period_type', 'measures.period_start'
        ]) }} as satisfaction_key,
        context.as_of_date,
        measures.scope_type,
        measures.scope_name,
        measures.metric,
        measures.survey_method,
        measures.period_type,
        measures.period_start,
        measures.period_end,
        cast(measures.invited as int) as invited,
        cast(measures.answered as int) as answered,
        bias.response_rate,
        cast(bias.response_gap as double) as response_gap,
        cast(measures.answers as int) as answers,
        cast(measures.promoters as int) as promoters,
        cast(measures.detractors as int) as detractors,
        cast(measures.satisfied as int) as satisfied,
        cast(measures.score_sum as double) as score_sum,
        cast(measures.survey_value as double) as survey_value,
        cast(measures.interval_low as double) as interval_low,
        cast(measures.interval_high as double) as interval_high,
        cast(bias.adjusted_value as double) as adjusted_value,
        measures.evidence_status,
        false as is_suppressed,
        context.rules_version,
        context.run_id
    from measures
    cross join context
    inner join bias
        on
            measures.scope_type = bias.scope_type
            and measures.scope_name = bias.scope_name
            and measures.metric = bias.metric
            and measures.survey_method = bias.survey_method
            and measures.period_type = bias.period_type
            and measures.period_start = bias.period_start
)

select * from final
