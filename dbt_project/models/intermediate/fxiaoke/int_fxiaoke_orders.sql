-- Grain: one row per sales order that has an amount
-- What is claimed of an order is owed already: it counts as invoiced, so that exposure has it once.
with

orders as (

    select * from {{ ref('int_fxiaoke_priced_orders') }}

),

claims as (

    select * from {{ ref('int_fxiaoke_claims') }}

),

claimed as (

    select
        order_id,
        currency,
        cast(sum(amount) as decimal(18, 2)) as amount
    from claims
    where order_id is not null
    group by order_id, currency

),

final as (

    select
        orders.source_system,
        orders.order_id,
        orders.order_number,
        orders.source_customer_id,
        orders.contract_id,
        orders.order_date,
        orders.promised_date,
        orders.delivered_date,
        orders.currency,
        orders.exchange_rate,
        orders.amount,
        orders.delivered_amount,
        greatest(coalesce(orders.invoiced_amount, 0), coalesce(claimed.amount, 0)) as invoiced_amount,
        orders.source_status,
        orders.closed_date,
        orders.reopened_date,
        orders.record_file,
        orders.record_line
    from orders
    left join claimed
        on orders.order_id = claimed.order_id and orders.currency = claimed.currency
    where orders.amount is not null

)

select * from final
