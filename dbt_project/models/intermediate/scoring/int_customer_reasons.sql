-- Grain: one row per customer that lost points. Its first three reasons: points lost against the best
-- attainable (0), as they weigh in the composite, largest first; in their dimension without a composite.
with lost as (
    select
        factor_points.customer_key,
        factor_points.factor_id,
        factor_points.reason_code,
        factor_points.contribution,
        factor_points.contribution * dimension_scores.weight as composite_contribution
    from {{ ref('int_factor_points') }} as factor_points
    inner join {{ ref('int_dimension_scores') }} as dimension_scores
        on
            factor_points.customer_key = dimension_scores.customer_key
            and factor_points.dimension = dimension_scores.dimension
    where factor_points.points > 0
),

factors as (
    select
        factor_id,
        reason_en,
        reason_zh
    from {{ ref('stg_rules__risk_factors') }}
),

ranked as (
    select
        lost.customer_key,
        lost.reason_code,
        factors.reason_en,
        factors.reason_zh,
        row_number() over (
            partition by lost.customer_key
            order by
                round(lost.composite_contribution, 6) desc nulls last,
                lost.contribution desc nulls last,
                lost.factor_id asc nulls last
        ) as reason_rank
    from lost
    inner join factors on lost.factor_id = factors.factor_id
),

final as (
    select
        customer_key,
        {{ first_reasons() }}
    from ranked
    group by customer_key
)

select * from final
