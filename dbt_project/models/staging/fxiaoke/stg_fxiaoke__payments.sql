-- Grain: one row per payment
with

{{ counted_records(raw('fxiaoke', 'payments'), 'payment_id') }},

final as (

    select
        'fxiaoke' as source_system,
        'fxiaoke:' || payment_id as receipt_id,
        account_id as source_customer_id,
        'fxiaoke:' || order_id as order_id,
        {{ safe_date('payment_date') }} as receipt_date,
        currency,
        {{ safe_rate('exchange_rate') }} as exchange_rate,
        {{ safe_decimal('payment_amount') }} as amount,
        _file as record_file,
        _line as record_line
    from counted

)

select * from final
