-- Grain: one row per customer and dimension. The score is the sum of its factors' contributions; its
-- weight in the composite is the rule's, shared out again among the dimensions that have a score; none
-- weighs while together they are less of the model than a composite needs.
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

parameters as (
    select max(case when parameter = 'min_evidence_weight' then value end) as min_evidence_weight
    from {{ ref('stg_rules__model_parameters') }}
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

weighed as (
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
        case when scored.score is not null then dimensions.rule_weight else 0 end as known_weight,
        sum(cast(case when scored.score is not null then dimensions.rule_weight else 0 end as decimal(9, 6)))
            over (partition by scored.customer_key) as evidence_weight
    from scored
    inner join dimensions on scored.dimension = dimensions.dimension
),

final as (
    select
        weighed.customer_key,
        weighed.dimension,
        weighed.score,
        weighed.evidence,
        weighed.evidence_status,
        case
            when weighed.evidence_weight > 0 and weighed.evidence_weight >= parameters.min_evidence_weight
                then weighed.known_weight / weighed.evidence_weight
            else 0
        end as weight,
        cast(weighed.evidence_weight as double) as evidence_weight
    from weighed
    cross join parameters
)

select * from final
