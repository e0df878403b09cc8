-- Grain: one row per customer. The risk tier that counts: the rules' own unless an approved override says
-- otherwise; and the value tier from the year's revenue.
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

buying as (
    select
        customer_key,
        revenue_365
    from {{ ref('int_customer_buying') }}
),

value_tiers as (
    select * from {{ ref('stg_rules__value_tiers') }}
),

tiered as (
    select
        model_tiers.customer_key,
        coalesce(overrides.new_tier, model_tiers.model_risk_tier) as risk_tier,
        model_tiers.model_risk_tier,
        model_tiers.hard_rule,
        overrides.override_id,
        cast(coalesce(buying.revenue_365, 0) as decimal(18, 2)) as revenue_365
    from model_tiers
    left join overrides on model_tiers.customer_key = overrides.customer_key
    left join buying on model_tiers.customer_key = buying.customer_key
),

final as (
    select
        tiered.customer_key,
        tiered.risk_tier,
        tiered.model_risk_tier,
        value_tiers.value_tier,
        tiered.hard_rule,
        tiered.override_id
    from tiered
    inner join value_tiers
        on
            (tiered.revenue_365 >= value_tiers.revenue_from or value_tiers.revenue_from is null)
            and (tiered.revenue_365 < value_tiers.revenue_to or value_tiers.revenue_to is null)
)

select * from final
