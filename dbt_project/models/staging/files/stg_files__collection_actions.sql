-- Grain: one row per collection action, as last landed
with

{{ newest_row_per_key(raw('files', 'collection_actions'), 'action_id') }},

final as (

    select
        'files' as source_system,
        'files:' || action_id as action_id,
        customer_id as source_customer_id,
        'files:' || invoice_id as document_id,
        invoice_id as document_number,
        action_type as source_action_type,
        {{ safe_date('action_date') }} as action_date,
        {{ safe_date('promised_payment_date') }} as promised_payment_date,
        currency,
        {{ safe_decimal('amount') }} as amount,
        owner_id,
        _file as record_file,
        _line as record_line
    from newest_rows

)

select * from final
