-- Grain: one row per receipt of money (draft, failed and voided payments are none)
{{ config(materialized='view') }}

with

payments as (

    select * from {{ ref('stg_zoho_books__customer_payments') }}

),

files_receipts as (

    select * from {{ ref('stg_files__receipts') }}

),

statuses as (

    select
        lower(trim(source_value)) as source_value,
        canonical_value
    from {{ ref('stg_rules__value_mappings') }}
    where source = 'zoho_books' and entity = 'customer_payments' and column_name = 'payment_status'

),

final as (

    select
        payments.receipt_id,
        payments.source_system,
        payments.source_customer_id,
        payments.receipt_date,
        payments.currency,
        payments.exchange_rate,
        payments.amount
    from payments
    left join statuses
        on lower(trim(payments.source_status)) = statuses.source_value
    -- older exports have no payment status: what they list was received
    where statuses.canonical_value = 'received' or payments.source_status is null
    union all
    select
        receipt_id,
        source_system,
        source_customer_id,
        receipt_date,
        currency,
        exchange_rate,
        amount
    from files_receipts

)

select * from final
