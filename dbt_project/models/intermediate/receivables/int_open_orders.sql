-- Grain: one row per order open at as_of that is not wholly a receivable yet
-- Delivered, not invoiced is unbilled; neither delivered nor invoiced is undelivered: nothing counts twice.
-- What the record says of invoices is of today: it holds from the customer's first invoice since the order.
with

context as (

    select * from {{ ref('stg_run__context') }}

),

settings as (

    select * from {{ ref('stg_run__settings') }}

),

orders as (

    select * from {{ ref('int_orders') }}

),

order_days as (

    select * from {{ ref('int_order_days') }}

),

document_rates as (

    select * from {{ ref('int_document_rates') }}

),

dated as (

    select
        orders.*,
        -- what the source calls open, or opened again after its closing, is open even where a date is missing
        case
            when orders.closed_date > context.as_of_date then false
            when orders.closed_date is null and order_days.followed_date > context.as_of_date then false
            when orders.closed_date is null or orders.reopened_date is null
                then orders.status = 'closed' and coalesce(orders.reopened_date > context.as_of_date, true)
            when orders.reopened_date > context.as_of_date then true
            else orders.status = 'closed' and orders.reopened_date < orders.closed_date
        end as is_closed,
        case
            when orders.delivered_date > context.as_of_date then 0
            when orders.delivered_date is null then coalesce(orders.delivered_amount, 0)
            else coalesce(orders.delivered_amount, orders.amount)
        end as delivered,
        case
            when order_days.followed_date > context.as_of_date then 0
            else coalesce(orders.invoiced_amount, 0)
        end as invoiced,
        {{ document_rate('orders', 'settings', 'document_rates') }} as rate
    from orders
    cross join context
    cross join settings
    left join order_days
        on orders.customer_key = order_days.customer_key and orders.order_date = order_days.order_date
    left join document_rates
        on orders.currency = document_rates.currency and orders.order_date = document_rates.document_date
    where
        orders.customer_key is not null
        and orders.status in ('open', 'closed')
        and orders.order_date <= context.as_of_date

),

parted as (

    select
        *,
        cast(greatest(least(delivered, amount) - invoiced, 0) as decimal(18, 2)) as unbilled_amount,
        cast(greatest(amount - greatest(delivered, invoiced), 0) as decimal(18, 2)) as undelivered_amount
    from dated
    where not is_closed

),

final as (

    select
        order_id,
        customer_key,
        order_date,
        currency,
        rate as exchange_rate,
        amount,
        unbilled_amount,
        undelivered_amount,
        {{ to_base('unbilled_amount', 'rate') }} as unbilled_base,
        {{ to_base('undelivered_amount', 'rate') }} as undelivered_base
    from parted
    where unbilled_amount + undelivered_amount > 0

)

select * from final
