-- Grain: one row per customer, day and whether its purchases are orders that wait for an invoice, up to as_of
-- A purchase is an invoice, or an order that no invoice has followed by as_of in time to be its own.
{{ config(materialized='view') }}

with context as (
    select as_of_date from {{ ref('stg_run__context') }}
),

parameters as (
    select max(value) as order_invoice_days
    from {{ ref('stg_rules__model_parameters') }}
    where parameter = 'order_invoice_days'
),

events as (
    select
        customer_key,
        issue_date as buying_date,
        false as is_open_order,
        purchases,
        invoiced_base,
        revenue_base
    from {{ ref('int_purchase_days') }}
    union all
    select
        order_days.customer_key,
        order_days.order_date as buying_date,
        true as is_open_order,
        order_days.orders as purchases,
        0 as invoiced_base,
        0 as revenue_base
    from {{ ref('int_order_days') }} as order_days
    cross join context
    cross join parameters
    where
        order_days.followed_date is null
        or order_days.followed_date > context.as_of_date
        or {{ days_between('order_days.order_date', 'order_days.followed_date') }}
        > parameters.order_invoice_days
),

final as (
    select
        events.customer_key,
        events.buying_date,
        events.is_open_order,
        {{ days_between('events.buying_date', 'context.as_of_date') }} as age_days,
        events.purchases,
        events.invoiced_base,
        events.revenue_base
    from events
    cross join context
    where events.buying_date <= context.as_of_date
)

select * from final
