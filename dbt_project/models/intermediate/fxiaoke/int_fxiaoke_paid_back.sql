-- Grain: one row per refund, or payment below zero: money paid back
-- An order that stands at its own receivable amount already knows its refunds: they are not here.
{{ config(materialized='view') }}

with

refunds as (

    select * from {{ ref('stg_fxiaoke__refunds') }}

),

payments as (

    select * from {{ ref('stg_fxiaoke__payments') }}

),

open_orders as (

    select * from {{ ref('int_fxiaoke_open_orders') }}

),

final as (

    select
        refunds.receipt_id,
        refunds.source_system,
        refunds.source_customer_id,
        refunds.receipt_date,
        refunds.currency,
        refunds.exchange_rate,
        refunds.amount,
        'refunds' as entity,
        refunds.record_file,
        refunds.record_line
    from refunds
    left join open_orders
        on refunds.order_id = open_orders.order_id and open_orders.receivable_amount is not null
    where open_orders.order_id is null and refunds.amount > 0
    union all
    select
        payments.receipt_id,
        payments.source_system,
        payments.source_customer_id,
        payments.receipt_date,
        payments.currency,
        payments.exchange_rate,
        -payments.amount as amount,
        'payments' as entity,
        payments.record_file,
        payments.record_line
    from payments
    where payments.amount < 0

)

select * from final
