-- Grain: one row per customer and part of the exposure that is not nil, in base currency
-- Which parts count, and with which sign, is a rule; a part that does not count is measured all the same.
with

positions as (

    select * from {{ ref('int_customer_positions') }}

),

receipts as (

    select * from {{ ref('int_customer_unapplied_receipts') }}

),

open_orders as (

    select * from {{ ref('int_open_orders') }}

),

exposure_parts as (

    select * from {{ ref('stg_rules__exposure_parts') }}

),

measured as (

    select
        customer_key,
        'open_receivables' as part,
        open_receivables as amount_base
    from positions
    union all
    -- an overpaid invoice or an unused credit is money of the customer as much as an unapplied receipt
    select
        customer_key,
        'unapplied_credits' as part,
        -ageing_credit as amount_base
    from positions
    union all
    select
        customer_key,
        'unapplied_credits' as part,
        unapplied_amount_base as amount_base
    from receipts
    union all
    select
        customer_key,
        'unbilled_orders' as part,
        unbilled_base as amount_base
    from open_orders
    union all
    select
        customer_key,
        'undelivered_orders' as part,
        undelivered_base as amount_base
    from open_orders

),

summed as (

    select
        customer_key,
        part,
        cast(sum(amount_base) as decimal(18, 2)) as amount_base
    from measured
    group by customer_key, part

),

final as (

    select
        summed.customer_key,
        summed.part,
        summed.amount_base,
        exposure_parts.is_included,
        cast(
            case when exposure_parts.is_included then summed.amount_base * exposure_parts.sign else 0 end
            as decimal(18, 2)
        ) as exposure_contribution
    from summed
    inner join exposure_parts
        on summed.part = exposure_parts.part
    where summed.amount_base != 0

)

select * from final
