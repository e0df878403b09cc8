-- Grain: one row per customer. The risk tier that counts: the rules' own unless an approved override says
-- otherwise; and the value tier from importance and contribution.
with model_tiers as (
    select * from {{ ref('int_customer_model_tiers') }}
),

overrides as (
    select
        customer_key,
        override_id,
        new_tier
    from {{ ref('int_risk_overrides') }}
    where override_status = 'applied'
),

customer_values as (
    select
        customer_key,
        value_tier
    from {{ ref('int_customer_values') }}
),

final as (
    select
        model_tiers.customer_key,
        coalesce(overrides.new_tier, model_tiers.model_risk_tier) as risk_tier,
        model_tiers.model_risk_tier,
        customer_values.value_tier,
        model_tiers.hard_rule,
        overrides.override_id
    from model_tiers
    left join overrides on model_tiers.customer_key = overrides.customer_key
    left join customer_values on model_tiers.customer_key = customer_values.customer_key
)

select * from final
