-- Grain: one row per customer. The composite of the dimensions that have a score; null when they are too
-- little of the model to speak for the whole.
with dimension_scores as (
    select * from {{ ref('int_dimension_scores') }}
),

final as (
    select
        customer_key,
        {% for dimension in risk_dimensions() %}
        max(case when dimension = '{{ dimension }}' then score end) as {{ dimension }}_score,
        coalesce(
            max(case when dimension = '{{ dimension }}' then evidence_status end), 'insufficient_data'
        ) as {{ dimension }}_evidence,
        {% endfor %}
        max(evidence_weight) as evidence_weight,
        case
            when max(weight) > 0
                then cast(round(sum(cast(round(score * weight, 6) as decimal(18, 6))), 2) as double)
        end as composite_score
    from dimension_scores
    group by customer_key
)

select * from final
