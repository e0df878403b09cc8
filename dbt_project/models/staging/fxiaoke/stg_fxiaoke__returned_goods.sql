-- Grain: one row per return of goods
with

{{ counted_records(raw('fxiaoke', 'returned_goods'), 'return_id') }},

final as (

    select
        'fxiaoke' as source_system,
        'fxiaoke:return:' || return_id as document_id,
        return_number as document_number,
        account_id as source_customer_id,
        'fxiaoke:' || order_id as order_id,
        {{ safe_date('return_date') }} as issue_date,
        currency,
        {{ safe_rate('exchange_rate') }} as exchange_rate,
        {{ safe_decimal('returned_amount') }} as amount,
        _file as record_file,
        _line as record_line
    from counted

)

select * from final
