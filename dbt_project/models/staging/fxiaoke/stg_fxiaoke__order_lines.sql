-- Grain: one row per product of a sales order
with

{{ counted_records(raw('fxiaoke', 'sales_order_products'), 'order_product_id') }},

final as (

    select
        'fxiaoke' as source_system,
        'fxiaoke:' || order_product_id as order_line_id,
        'fxiaoke:' || order_id as order_id,
        product_id,
        {{ safe_decimal('quantity', 18, 6) }} as quantity,
        {{ safe_decimal('sales_price') }} as unit_price,
        {{ safe_decimal('subtotal') }} as amount,
        _file as record_file,
        _line as record_line
    from counted

)

select * from final
