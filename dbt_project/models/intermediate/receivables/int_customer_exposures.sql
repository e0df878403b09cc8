-- Grain: one row per customer with anything at stake: its exposure and the parts of it, in base currency
with

exposure_parts as (

    select * from {{ ref('int_exposure_parts') }}

),

final as (

    select
        customer_key,
        cast(sum(exposure_contribution) as decimal(18, 2)) as exposure,
        cast(sum(case when part = 'unapplied_credits' then amount_base else 0 end) as decimal(18, 2))
            as unapplied_credits,
        cast(sum(case when part = 'unbilled_orders' then amount_base else 0 end) as decimal(18, 2))
            as unbilled_orders,
        cast(sum(case when part = 'undelivered_orders' then amount_base else 0 end) as decimal(18, 2))
            as undelivered_orders
    from exposure_parts
    group by customer_key

)

select * from final
