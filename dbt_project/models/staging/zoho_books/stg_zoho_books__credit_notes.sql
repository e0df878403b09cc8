-- Grain: one row per credit note
-- The export has one row per line and repeats the header.
{{ config(materialized='table') }}

with

{{ newest_rows(raw('zoho_books', 'credit_notes'), 'credit_note_id') }},

final as (

    select
        'zoho_books' as source_system,
        'zoho_books:credit_note:' || credit_note_id as document_id,
        max(credit_note_number) as document_number,
        max(customer_id) as source_customer_id,
        max({{ safe_date('credit_note_date') }}) as issue_date,
        max(currency) as currency,
        max({{ safe_rate('exchange_rate') }}) as exchange_rate,
        max({{ safe_decimal('total') }}) as amount,
        max(invoice_number) as original_document_number,
        cast(null as string) as original_document_id,
        max(status) as source_status,
        min(_file) as record_file,
        min(_line) as record_line
    from newest_rows
    group by credit_note_id

)

select * from final
