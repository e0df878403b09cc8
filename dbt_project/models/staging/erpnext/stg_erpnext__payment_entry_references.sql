-- Grain: one row per payment and document it is applied to
with

{{ newest_rows(raw('erpnext', 'payment_entry_references'), 'reference') }},

final as (

    select
        'erpnext' as source_system,
        'erpnext:' || reference as allocation_id,
        'erpnext:' || payment as receipt_id,
        reference_doctype as document_type,
        reference_name as document_number,
        {{ safe_date('reconcile_effect_on') }} as applied_date,
        {{ safe_decimal('allocated_amount') }} as amount,
        _file as record_file,
        _line as record_line
    from newest_rows

)

select * from final
