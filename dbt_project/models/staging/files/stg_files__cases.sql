-- Grain: one row per case, as last landed
with

{{ newest_row_per_key(raw('files', 'cases'), 'case_id') }},

final as (

    select
        'files' as source_system,
        'files:' || case_id as case_id,
        case_number,
        customer_id as source_customer_id,
        'files:' || contact_id as contact_id,
        case_type as source_case_type,
        severity as source_severity,
        status as source_status,
        channel,
        reason,
        {{ safe_timestamp('opened_at') }} as opened_at,
        {{ safe_timestamp('first_response_at') }} as first_response_at,
        {{ safe_timestamp('resolved_at') }} as resolved_at,
        {{ safe_timestamp('reopened_at') }} as reopened_at,
        {{ safe_integer('reopen_count') }} as reopen_count,
        resolution_way as source_resolution_way,
        resolution_result as source_resolution_result,
        'files:' || invoice_id as document_id,
        currency,
        {{ safe_decimal('disputed_amount') }} as disputed_amount,
        owner_id,
        _file as record_file,
        _line as record_line
    from newest_rows

)

select * from final
