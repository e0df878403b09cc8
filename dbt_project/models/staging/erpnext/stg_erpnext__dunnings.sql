-- Grain: one row per dunning letter that was sent and invoice it asks for
with

{{ newest_rows(raw('erpnext', 'dunnings'), 'dunning') }},

final as (

    select
        'erpnext' as source_system,
        'erpnext:' || dunning || coalesce(':' || sales_invoice, '') as action_id,
        customer as source_customer_id,
        'erpnext:' || sales_invoice as document_id,
        sales_invoice as document_number,
        'Dunning' as source_action_type,
        {{ safe_date('posting_date') }} as action_date,
        cast(null as date) as promised_payment_date,
        currency,
        cast(null as decimal(18, 2)) as amount,
        cast(null as string) as owner_id,
        _file as record_file,
        _line as record_line
    from newest_rows
    where {{ frappe_status() }} not in ('Draft', 'Cancelled')

)

select * from final
