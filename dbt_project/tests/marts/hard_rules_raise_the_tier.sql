-- Fails if a customer that a hard rule holds for has a lower model tier than the rule names, a model tier is
-- not its score's otherwise, a customer in default has no hard rule, or a tier differs from the model's
-- without an override.
with risks as (
    select
        customer_key,
        composite_score,
        risk_tier,
        model_risk_tier,
        override_id,
        is_default,
        hard_rule
    from {{ ref('fct_customer_risk') }}
),

risk_tiers as (
    select * from {{ ref('stg_rules__risk_tiers') }}
),

hard_rules as (
    select
        hard_rules.rule_id,
        risk_tiers.rank
    from {{ ref('stg_rules__hard_rules') }} as hard_rules
    inner join risk_tiers on hard_rules.minimum_tier = risk_tiers.risk_tier
),

violations as (
    select risks.customer_key
    from risks
    inner join risk_tiers on risks.model_risk_tier = risk_tiers.risk_tier
    left join hard_rules on risks.hard_rule = hard_rules.rule_id
    where
        risk_tiers.rank < hard_rules.rank
        or (
            risks.composite_score is not null
            and risks.composite_score < risk_tiers.score_from
            and hard_rules.rank is null
        )
        or risks.composite_score >= risk_tiers.score_to
        or (risks.is_default and risks.hard_rule is null)
        or (risks.risk_tier != risks.model_risk_tier and risks.override_id is null)
)

select * from violations
