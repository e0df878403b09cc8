-- Grain: one row per customer that lost points on churn: its first three reasons, largest first
with ranked as (
    select
        factor_points.customer_key,
        factor_points.reason_code,
        factors.reason_en,
        factors.reason_zh,
        row_number() over (
            partition by factor_points.customer_key
            order by factor_points.contribution desc nulls last, factor_points.factor_id asc nulls last
        ) as reason_rank
    from {{ ref('int_factor_points') }} as factor_points
    inner join {{ ref('stg_rules__risk_factors') }} as factors
        on factor_points.factor_id = factors.factor_id
    where factor_points.dimension = 'churn' and factor_points.points > 0
),

final as (
    select
        customer_key,
        {{ first_reasons() }}
    from ranked
    group by customer_key
)

select * from final
