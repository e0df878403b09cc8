-- Grain: one row per customer. The composite of the dimensions that have a score; null when none has.
with dimension_scores as (
    select * from {{ ref('int_dimension_scores') }}
),

final as (
    select
        customer_key,
        max(case when dimension = 'credit' then score end) as credit_score,
        max(case when dimension = 'credit' then evidence_status end) as credit_evidence,
        max(case when dimension = 'churn' then score end) as churn_score,
        max(case when dimension = 'churn' then evidence_status end) as churn_evidence,
        cast(round(sum(cast(round(score * weight, 6) as decimal(18, 6))), 2) as double) as composite_score
    from dimension_scores
    group by customer_key
)

select * from final
