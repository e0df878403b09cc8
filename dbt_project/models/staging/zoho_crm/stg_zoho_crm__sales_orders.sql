-- Grain: one row per sales order, as last modified
-- Where nobody keeps what was delivered and invoiced, a delivered order is both: finance has its invoice.
with

{{ newest_row_per_key(raw('zoho_crm', 'sales_orders'), 'order_id', modified='modified_time') }},

typed as (

    select
        *,
        {{ safe_decimal('grand_total') }} as amount,
        case when status = 'Delivered' then {{ safe_decimal('grand_total') }} end as amount_when_delivered
    from newest_rows

),

final as (

    select
        'zoho_crm' as source_system,
        'zoho_crm:' || order_id as order_id,
        so_number as order_number,
        account_id as source_customer_id,
        cast(null as string) as contract_id,
        coalesce({{ safe_date('order_date') }}, {{ safe_day('created_time') }}) as order_date,
        {{ safe_date('due_date') }} as promised_date,
        {{ safe_date('delivered_date') }} as delivered_date,
        currency,
        {{ safe_rate('exchange_rate') }} as exchange_rate,
        amount,
        coalesce({{ safe_decimal('delivered_amount') }}, amount_when_delivered) as delivered_amount,
        coalesce({{ safe_decimal('invoiced_amount') }}, amount_when_delivered) as invoiced_amount,
        status as source_status,
        {{ safe_date('closed_date') }} as closed_date,
        {{ safe_date('reopened_date') }} as reopened_date,
        _file as record_file,
        _line as record_line
    from typed

)

select * from final
