-- Grain: one row per receipt and invoice it pays
with

{{ newest_rows(raw('files', 'receipt_allocations'), 'allocation_id') }},

final as (

    select
        'files' as source_system,
        'files:' || allocation_id as allocation_id,
        'files:' || receipt_id as receipt_id,
        'files:' || invoice_id as document_id,
        cast(null as string) as document_number,
        {{ safe_date('applied_date') }} as applied_date,
        currency,
        {{ safe_decimal('amount') }} as applied_amount,
        {{ safe_decimal('amount') }} as settled_amount,
        'receipt_allocations' as entity,
        _file as record_file,
        _line as record_line
    from newest_rows

)

select * from final
