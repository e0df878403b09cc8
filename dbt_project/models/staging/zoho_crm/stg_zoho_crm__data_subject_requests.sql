-- Grain: one row per request of a person about data, as last modified
-- A closed request without a day was closed when it last changed.
with

{{ newest_row_per_key(raw('zoho_crm', 'data_subject_requests'), 'request_id', modified='modified_time') }},

typed as (

    select
        *,
        {{ safe_boolean('is_closed') }} as is_answered
    from newest_rows

),

final as (

    select
        'zoho_crm' as source_system,
        'zoho_crm:' || request_id as request_id,
        cast(null as string) as source_customer_id,
        'zoho_crm:' || contact_id as contact_id,
        request_type as source_request_type,
        coalesce({{ safe_date('requested_date') }}, {{ safe_day('created_time') }}) as received_date,
        {{ safe_date('due_date') }} as due_date,
        case
            when not is_answered then null
            else coalesce(
                {{ safe_date('closed_date') }}, case when is_answered then {{ safe_day('modified_time') }} end
            )
        end as closed_date,
        _file as record_file,
        _line as record_line
    from typed

)

select * from final
