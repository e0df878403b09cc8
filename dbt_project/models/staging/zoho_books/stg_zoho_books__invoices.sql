-- Grain: one row per invoice
-- The export has one row per line and repeats the header.
{{ config(materialized='table') }}

with

{{ newest_rows(raw('zoho_books', 'invoices'), 'invoice_id') }},

final as (

    select
        'zoho_books' as source_system,
        'zoho_books:' || invoice_id as document_id,
        max(invoice_number) as document_number,
        max(customer_id) as source_customer_id,
        max({{ safe_date('invoice_date') }}) as issue_date,
        max({{ safe_date('due_date') }}) as due_date,
        max({{ terms_in_days('payment_terms') }}) as terms_days,
        max(currency) as currency,
        max({{ safe_rate('exchange_rate') }}) as exchange_rate,
        max({{ safe_decimal('total') }}) as amount,
        max({{ safe_decimal('balance') }}) as reported_balance,
        max(status) as source_status,
        min(_file) as record_file,
        min(_line) as record_line
    from newest_rows
    group by invoice_id

)

select * from final
