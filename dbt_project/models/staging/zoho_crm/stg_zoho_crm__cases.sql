-- Grain: one row per case, as last modified
-- Zoho keeps when a case was opened and last changed; the other times are custom fields, empty without them.
with

{{ newest_row_per_key(raw('zoho_crm', 'cases'), 'case_id', modified='modified_time') }},

final as (

    select
        'zoho_crm' as source_system,
        'zoho_crm:' || case_id as case_id,
        case_number,
        account_id as source_customer_id,
        'zoho_crm:' || contact_id as contact_id,
        coalesce(type, '-None-') as source_case_type,
        priority as source_severity,
        status as source_status,
        case_origin as channel,
        case_reason as reason,
        {{ safe_timestamp('created_time') }} as opened_at,
        {{ safe_timestamp('first_response_time') }} as first_response_at,
        {{ safe_timestamp('closed_time') }} as resolved_at,
        {{ safe_timestamp('modified_time') }} as modified_at,
        {{ safe_timestamp('reopened_time') }} as reopened_at,
        {{ safe_integer('reopen_count') }} as reopen_count,
        resolution_way as source_resolution_way,
        resolution_result as source_resolution_result,
        disputed_invoice_number as disputed_document_number,
        currency,
        {{ safe_decimal('disputed_amount') }} as disputed_amount,
        owner_id,
        _file as record_file,
        _line as record_line
    from newest_rows

)

select * from final
