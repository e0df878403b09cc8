-- Grain: one row per customer surveyed in the trailing window and metric. Its interval says how little a few
-- answers tell; finance only, because one answer is one person's.
with context as (
    select * from {{ ref('stg_run__context') }}
),

measures as (
    select * from {{ ref('int_satisfaction_values') }}
    where scope_type = 'customer'
),

customers as (
    select
        customer_key,
        customer_id
    from {{ ref('int_customers') }}
),

final as (
    select
        {{ md5_key([
            'context.as_of_date', 'measures.scope_name', 'measures.metric'
        ]) }} as customer_satisfaction_key,
        context.as_of_date,
        customers.customer_key,
        customers.customer_id,
        measures.metric,
        measures.period_start,
        measures.period_end,
        cast(measures.invited as int) as invited,
        cast(measures.answered as int) as answered,
        {{ share_of('measures.answered', 'measures.invited') }} as response_rate,
        cast(measures.answers as int) as answers,
        cast(measures.promoters as int) as promoters,
        cast(measures.detractors as int) as detractors,
        cast(measures.satisfied as int) as satisfied,
        cast(measures.score_sum as double) as score_sum,
        cast(measures.survey_value as double) as survey_value,
        cast(measures.interval_low as double) as interval_low,
        cast(measures.interval_high as double) as interval_high,
        measures.evidence_status,
        context.rules_version,
        context.run_id
    from measures
    cross join context
    inner join customers on measures.scope_name = customers.customer_key
)

select * from final
