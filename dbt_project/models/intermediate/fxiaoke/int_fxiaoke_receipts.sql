-- Grain: one row per payment, and per refund that pays out a credit: a receipt below zero
{{ config(materialized='view') }}

with

payments as (

    select * from {{ ref('stg_fxiaoke__payments') }}

),

refunds as (

    select * from {{ ref('int_fxiaoke_refunds') }}

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
    where amount > 0
    union all
    select
        receipt_id,
        source_system,
        source_customer_id,
        receipt_date,
        currency,
        exchange_rate,
        -covered_amount as amount,
        cast(null as string) as source_status,
        entity,
        record_file,
        record_line
    from refunds
    where covered_amount > 0

)

select * from final
