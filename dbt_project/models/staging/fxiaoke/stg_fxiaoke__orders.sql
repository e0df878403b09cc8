-- Grain: one row per sales order
with

{{ counted_records(raw('fxiaoke', 'sales_orders'), 'order_id') }},

final as (

    select
        'fxiaoke' as source_system,
        'fxiaoke:' || order_id as order_id,
        order_number,
        account_id as source_customer_id,
        'fxiaoke:' || contract_id as contract_id,
        {{ safe_date('order_date') }} as order_date,
        {{ safe_date('promised_date') }} as promised_date,
        {{ safe_date('delivered_date') }} as delivered_date,
        currency,
        {{ safe_rate('exchange_rate') }} as exchange_rate,
        {{ safe_decimal('product_amount') }} as product_amount,
        {{ safe_decimal('amount') }} as amount,
        {{ safe_decimal('receivable_amount') }} as receivable_amount,
        {{ safe_decimal('delivered_amount') }} as delivered_amount,
        {{ safe_decimal('invoiced_amount') }} as invoiced_amount,
        status as source_status,
        {{ safe_date('closed_date') }} as closed_date,
        {{ safe_date('reopened_date') }} as reopened_date,
        _file as record_file,
        _line as record_line
    from counted

)

select * from final
