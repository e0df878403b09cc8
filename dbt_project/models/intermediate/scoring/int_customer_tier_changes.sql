-- Grain: one row per customer. The last tier that differed from today's, and the first date of today's
-- tier since then.
with context as (
    select as_of_date from {{ ref('stg_run__context') }}
),

tiers as (
    select
        customer_key,
        risk_tier
    from {{ ref('int_customer_tiers') }}
),

history as (
    select
        customer_tiers.customer_key,
        customer_tiers.as_of_date,
        customer_tiers.risk_tier
    from {{ ref('stg_history__customer_tiers') }} as customer_tiers
    cross join context
    where customer_tiers.as_of_date < context.as_of_date
),

changed as (
    select
        tiers.customer_key,
        max(history.as_of_date) as last_other_date
    from tiers
    inner join history on tiers.customer_key = history.customer_key
    where history.risk_tier != tiers.risk_tier
    group by tiers.customer_key
),

since as (
    select
        tiers.customer_key,
        min(history.as_of_date) as first_date
    from tiers
    inner join history on tiers.customer_key = history.customer_key and tiers.risk_tier = history.risk_tier
    left join changed on tiers.customer_key = changed.customer_key
    where changed.last_other_date is null or history.as_of_date > changed.last_other_date
    group by tiers.customer_key
),

final as (
    select
        tiers.customer_key,
        history.risk_tier as previous_risk_tier,
        coalesce(since.first_date, context.as_of_date) as risk_tier_since
    from tiers
    cross join context
    left join changed on tiers.customer_key = changed.customer_key
    left join history
        on changed.customer_key = history.customer_key and changed.last_other_date = history.as_of_date
    left join since on tiers.customer_key = since.customer_key
)

select * from final
