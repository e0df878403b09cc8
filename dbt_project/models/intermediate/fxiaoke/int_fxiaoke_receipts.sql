-- Grain: one row per payment, and per refund: money paid back is a receipt below zero
-- It uses up what returned goods or an overpayment left with us; it is no debt and no second credit.
-- An order that stands at its own receivable amount already knows its refunds.
with

payments as (

    select * from {{ ref('stg_fxiaoke__payments') }}

),

refunds as (

    select * from {{ ref('stg_fxiaoke__refunds') }}

),

open_orders as (

    select * from {{ ref('int_fxiaoke_open_orders') }}

),

final as (

    select
        receipt_id,
        source_system,
        source_customer_id,
        receipt_date,
        currency,
        exchange_rate,
        amount,
        cast(null as string) as source_status,
        'payments' as entity,
        record_file,
        record_line
    from payments
    union all
    select
        refunds.receipt_id,
        refunds.source_system,
        refunds.source_customer_id,
        refunds.receipt_date,
        refunds.currency,
        refunds.exchange_rate,
        -refunds.amount as amount,
        cast(null as string) as source_status,
        'refunds' as entity,
        refunds.record_file,
        refunds.record_line
    from refunds
    left join open_orders
        on refunds.order_id = open_orders.order_id and open_orders.receivable_amount is not null
    where open_orders.order_id is null

)

select * from final
