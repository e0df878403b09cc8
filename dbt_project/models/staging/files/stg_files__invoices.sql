-- Grain: one row per invoice
with

{{ newest_rows(raw('files', 'invoices'), 'invoice_id') }},

final as (

    select
        'files' as source_system,
        'files:' || invoice_id as document_id,
        invoice_number as document_number,
        customer_id as source_customer_id,
        {{ safe_date('issue_date') }} as issue_date,
        {{ safe_date('due_date') }} as due_date,
        {{ safe_integer('terms_days') }} as terms_days,
        currency,
        {{ safe_rate('exchange_rate') }} as exchange_rate,
        {{ safe_decimal('amount') }} as amount,
        {{ safe_decimal('reported_balance') }} as reported_balance,
        {{ safe_decimal('margin_amount') }} as margin_amount,
        status as source_status,
        _file as record_file,
        _line as record_line
    from newest_rows

)

select * from final
