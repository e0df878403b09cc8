-- Grain: one row per case
with

{{ counted_records(raw('fxiaoke', 'cases'), 'case_id') }},

final as (

    select
        'fxiaoke' as source_system,
        'fxiaoke:' || case_id as case_id,
        case_number,
        account_id as source_customer_id,
        'fxiaoke:' || contact_id as contact_id,
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
        'fxiaoke:' || plan_id as document_id,
        currency,
        {{ safe_decimal('disputed_amount') }} as disputed_amount,
        owner_id,
        _file as record_file,
        _line as record_line
    from counted

)

select * from final
