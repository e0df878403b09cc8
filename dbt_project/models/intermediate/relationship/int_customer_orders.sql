-- Grain: one row per customer with an order of the last 365 days: what they amount to, in base currency
with context as (
    select
        as_of_date,
        base_currency
    from {{ ref('stg_run__context') }}
),

rated as (
    select
        orders.customer_key,
        orders.amount,
        {{ document_rate('orders', 'context', 'rates') }} as exchange_rate
    from {{ ref('int_orders') }} as orders
    cross join context
    left join {{ ref('int_document_rates') }} as rates
        on orders.currency = rates.currency and orders.order_date = rates.document_date
    where
        orders.customer_key is not null
        and orders.status in ('open', 'closed')
        and {{ days_between('orders.order_date', 'context.as_of_date') }} between 0 and 364
),

final as (
    select
        customer_key,
        cast(sum({{ to_base('amount', 'exchange_rate') }}) as decimal(18, 2)) as ordered_365
    from rated
    group by customer_key
)

select * from final
