-- Grain: one row per refund: money paid back
-- Where the mapping names no field for its day, it counts from the day it was entered.
with

{{ counted_records(raw('fxiaoke', 'refunds'), 'refund_id') }},

final as (

    select
        'fxiaoke' as source_system,
        'fxiaoke:refund:' || refund_id as receipt_id,
        account_id as source_customer_id,
        'fxiaoke:' || order_id as order_id,
        coalesce(
            {{ safe_date('refund_date') }}, {{ safe_date('created_date') }}, {{ safe_day('modified_time') }}
        ) as receipt_date,
        currency,
        {{ safe_rate('exchange_rate') }} as exchange_rate,
        {{ safe_decimal('refunded_amount') }} as amount,
        _file as record_file,
        _line as record_line
    from counted

)

select * from final
