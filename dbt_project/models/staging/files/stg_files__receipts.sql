-- Grain: one row per receipt
with

{{ newest_rows(raw('files', 'receipts'), 'receipt_id') }},

final as (

    select
        'files' as source_system,
        'files:' || receipt_id as receipt_id,
        customer_id as source_customer_id,
        {{ safe_date('receipt_date') }} as receipt_date,
        currency,
        {{ safe_rate('exchange_rate') }} as exchange_rate,
        {{ safe_decimal('amount') }} as amount,
        cast(null as string) as source_status,
        _file as record_file,
        _line as record_line
    from newest_rows

)

select * from final
