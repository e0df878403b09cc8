-- Grain: one row per customer. Risk tier from the composite, raised by a hard rule; value tier from the
-- year's revenue.
with scores as (
    select * from {{ ref('int_composite_scores') }}
),

hard_rule_hits as (
    select * from {{ ref('int_hard_rule_hits') }}
),

buying as (
    select
        customer_key,
        revenue_365
    from {{ ref('int_customer_buying') }}
),

risk_tiers as (
    select * from {{ ref('stg_rules__risk_tiers') }}
),

value_tiers as (
    select * from {{ ref('stg_rules__value_tiers') }}
),

ranked as (
    select
        scores.customer_key,
        hard_rule_hits.hard_rule,
        greatest(score_tiers.rank, coalesce(hard_rule_hits.minimum_rank, 0)) as tier_rank,
        cast(coalesce(buying.revenue_365, 0) as decimal(18, 2)) as revenue_365
    from scores
    left join hard_rule_hits on scores.customer_key = hard_rule_hits.customer_key
    left join buying on scores.customer_key = buying.customer_key
    inner join risk_tiers as score_tiers
        on
            (scores.composite_score is null and score_tiers.rank = 0)
            or (
                scores.composite_score >= score_tiers.score_from
                and (scores.composite_score < score_tiers.score_to or score_tiers.score_to is null)
            )
),

final as (
    select
        ranked.customer_key,
        risk_tiers.risk_tier,
        value_tiers.value_tier,
        ranked.hard_rule
    from ranked
    inner join risk_tiers on ranked.tier_rank = risk_tiers.rank
    inner join value_tiers
        on
            (ranked.revenue_365 >= value_tiers.revenue_from or value_tiers.revenue_from is null)
            and (ranked.revenue_365 < value_tiers.revenue_to or value_tiers.revenue_to is null)
)

select * from final
