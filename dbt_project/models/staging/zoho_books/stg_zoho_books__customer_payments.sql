-- Grain: one row per payment
-- The export has one row per payment and invoice and repeats the amount.
{{ config(materialized='table') }}

with

{{ newest_rows(raw('zoho_books', 'customer_payments'), 'payment_id') }},

final as (

    select
        'zoho_books' as source_system,
        'zoho_books:' || payment_id as receipt_id,
        max(customer_id) as source_customer_id,
        max({{ safe_date('payment_date') }}) as receipt_date,
        max(currency) as currency,
        max({{ safe_rate('exchange_rate') }}) as exchange_rate,
        max({{ safe_decimal('amount') }}) as amount,
        max(payment_status) as source_status,
        min(_file) as record_file,
        min(_line) as record_line
    from newest_rows
    group by payment_id

)

select * from final
