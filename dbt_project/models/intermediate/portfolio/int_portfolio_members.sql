-- Grain: one row per finished date before as_of and customer that was in the portfolio on it: it bought
-- within the year or owed something. Whoever only has a record is no debtor that could default or leave.
with context as (
    select as_of_date from {{ ref('stg_run__context') }}
),

final as (
    select
        customer_tiers.as_of_date as finished_date,
        customer_tiers.customer_key,
        customer_tiers.risk_tier,
        customer_tiers.is_default
    from {{ ref('stg_history__customer_tiers') }} as customer_tiers
    cross join context
    where
        customer_tiers.as_of_date < context.as_of_date
        and (customer_tiers.purchases_365 > 0 or customer_tiers.open_balance != 0)
)

select * from final
