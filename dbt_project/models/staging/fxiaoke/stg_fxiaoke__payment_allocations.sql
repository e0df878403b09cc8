-- Grain: one row per part of a payment for an order, and perhaps a plan of it
with

{{ counted_records(raw('fxiaoke', 'order_payments'), 'order_payment_id') }},

final as (

    select
        'fxiaoke' as source_system,
        'fxiaoke:' || order_payment_id as allocation_id,
        'fxiaoke:' || payment_id as receipt_id,
        'fxiaoke:' || order_id as order_id,
        'fxiaoke:' || plan_id as document_id,
        currency,
        {{ safe_decimal('allocated_amount') }} as amount,
        _file as record_file,
        _line as record_line
    from counted

)

select * from final
