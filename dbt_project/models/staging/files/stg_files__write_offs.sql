-- Grain: one row per write-off, as last landed
with

{{ newest_row_per_key(raw('files', 'write_offs'), 'write_off_id') }},

final as (

    select
        'files' as source_system,
        'files:' || write_off_id as write_off_id,
        customer_id as source_customer_id,
        'files:' || invoice_id as document_id,
        {{ safe_date('write_off_date') }} as write_off_date,
        currency,
        {{ safe_rate('exchange_rate') }} as exchange_rate,
        {{ safe_decimal('amount') }} as amount,
        reason,
        _file as record_file,
        _line as record_line
    from newest_rows

)

select * from final
