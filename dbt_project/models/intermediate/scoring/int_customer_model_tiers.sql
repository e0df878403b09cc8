-- Grain: one row per customer. The tier the rules give: from the composite, raised by a hard rule, before
-- anybody overrides it.
with scores as (
    select * from {{ ref('int_composite_scores') }}
),

hard_rule_hits as (
    select * from {{ ref('int_hard_rule_hits') }}
),

risk_tiers as (
    select * from {{ ref('stg_rules__risk_tiers') }}
),

ranked as (
    select
        scores.customer_key,
        hard_rule_hits.hard_rule,
        greatest(score_tiers.rank, coalesce(hard_rule_hits.minimum_rank, 0)) as tier_rank
    from scores
    left join hard_rule_hits on scores.customer_key = hard_rule_hits.customer_key
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
        risk_tiers.risk_tier as model_risk_tier,
        ranked.hard_rule
    from ranked
    inner join risk_tiers on ranked.tier_rank = risk_tiers.rank
)

select * from final
