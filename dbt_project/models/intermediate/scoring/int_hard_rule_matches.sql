-- Grain: one row per customer and hard rule that holds for it: enough of what the rule looks at, old enough
-- and not yet expired. An unknown amount counts as enough.
with facts as (
    select * from {{ ref('int_hard_rule_facts') }}
),

hard_rules as (
    select
        hard_rules.*,
        risk_tiers.rank as minimum_rank
    from {{ ref('stg_rules__hard_rules') }} as hard_rules
    inner join
        {{ ref('stg_rules__risk_tiers') }} as risk_tiers
        on hard_rules.minimum_tier = risk_tiers.risk_tier
),

final as (
    select
        facts.customer_key,
        hard_rules.rule_id,
        hard_rules.trigger_type,
        hard_rules.is_default,
        hard_rules.minimum_rank,
        cast(sum(facts.amount_base) as decimal(18, 2)) as amount_base,
        cast(max(facts.age_days) as int) as age_days
    from facts
    inner join hard_rules
        on
            facts.trigger_type = hard_rules.trigger_type
            and facts.age_days >= hard_rules.days
            and (hard_rules.expires_days is null or facts.age_days < hard_rules.expires_days)
    group by
        facts.customer_key,
        hard_rules.rule_id,
        hard_rules.trigger_type,
        hard_rules.is_default,
        hard_rules.minimum_rank,
        hard_rules.amount
    having sum(facts.amount_base) > hard_rules.amount or count(*) > count(facts.amount_base)
)

select * from final
