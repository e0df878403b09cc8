-- Grain: one row per customer and dimension. The score is the sum of its factors' contributions; its
-- weight in the composite is the rule's, shared out again among the dimensions that have a score.
with factor_points as (
    select * from {{ ref('int_factor_points') }}
),

dimensions as (
    select
        dimension,
        cast(weight as double) as rule_weight,
        min_evidence
    from {{ ref('stg_rules__risk_dimensions') }}
),

scored as (
    select
        customer_key,
        dimension,
        max(case when status = 'scored' then evidence end) as evidence,
        case
            when sum(case when status = 'scored' then 1 else 0 end) > 0
                then cast(round(sum(contribution), 2) as double)
        end as score
    from factor_points
    group by customer_key, dimension
),

final as (
    select
        scored.customer_key,
        scored.dimension,
        scored.score,
        coalesce(scored.evidence, 0) as evidence,
        case
            when scored.score is null then 'insufficient_data'
            when scored.evidence >= dimensions.min_evidence then 'scored'
            else 'thin'
        end as evidence_status,
        case
            when scored.score is not null
                then dimensions.rule_weight / nullif(
                    sum(case when scored.score is not null then dimensions.rule_weight else 0 end)
                        over (partition by scored.customer_key),
                    0
                )
            else 0
        end as weight
    from scored
    inner join dimensions on scored.dimension = dimensions.dimension
)

select * from final
