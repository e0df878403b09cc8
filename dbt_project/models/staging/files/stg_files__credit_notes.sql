-- Grain: one row per credit note
with

{{ newest_rows(raw('files', 'credit_notes'), 'credit_note_id') }},

final as (

    select
        'files' as source_system,
        'files:credit_note:' || credit_note_id as document_id,
        credit_note_number as document_number,
        customer_id as source_customer_id,
        {{ safe_date('issue_date') }} as issue_date,
        currency,
        {{ safe_rate('exchange_rate') }} as exchange_rate,
        {{ safe_decimal('amount') }} as amount,
        cast(null as string) as original_document_number,
        'files:' || invoice_id as original_document_id,
        status as source_status,
        _file as record_file,
        _line as record_line
    from newest_rows

)

select * from final
