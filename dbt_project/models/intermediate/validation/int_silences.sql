-- Grain: one row per customer and day with an order or an invoice; next_date is the next such day, null
-- when none
with

buying_days as (

    select
        customer_key,
        issue_date as trading_date
    from {{ ref('int_purchase_days') }}
    where purchases > 0
    union
    select
        customer_key,
        order_date as trading_date
    from {{ ref('int_orders') }}
    where customer_key is not null and status in ('open', 'closed')

),

final as (

    select
        customer_key,
        trading_date,
        lead(trading_date) over (partition by customer_key order by trading_date asc) as next_date
    from buying_days

)

select * from final
