-- Grain: one row per subject request, as last landed
with

{{ newest_row_per_key(raw('files', 'subject_requests'), 'request_id') }},

final as (

    select
        'files' as source_system,
        'files:' || request_id as request_id,
        customer_id as source_customer_id,
        'files:' || contact_id as contact_id,
        request_type as source_request_type,
        {{ safe_date('received_date') }} as received_date,
        {{ safe_date('due_date') }} as due_date,
        {{ safe_date('closed_date') }} as closed_date,
        _file as record_file,
        _line as record_line
    from newest_rows

)

select * from final
