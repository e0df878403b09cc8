-- Grain: one row per case of any source, with its customer
-- Dates are not cut off here: what counts on a day is for the models that measure.
with

records as (

    {{ union_of(['int_zoho_crm_cases', 'stg_files__cases', 'stg_fxiaoke__cases'], [
        'source_system', 'case_id', 'case_number', 'source_customer_id', 'contact_id', 'source_case_type',
        'source_severity', 'source_status', 'channel', 'reason', 'opened_at', 'first_response_at',
        'resolved_at', 'reopened_at', 'reopen_count', 'source_resolution_way', 'source_resolution_result',
        'document_id', 'currency', 'disputed_amount', 'owner_id', 'record_file', 'record_line',
    ]) }}

),

identities as (

    select * from {{ ref('int_customer_identities') }}

),

contacts as (

    select
        contact_id,
        customer_key
    from {{ ref('int_contacts') }}

),

case_type_values as (

    {{ values_of('cases', 'case_type') }}

),

severity_values as (

    {{ values_of('cases', 'severity') }}

),

status_values as (

    {{ values_of('cases', 'status') }}

),

resolution_way_values as (

    {{ values_of('cases', 'resolution_way') }}

),

resolution_result_values as (

    {{ values_of('cases', 'resolution_result') }}

),

final as (

    select
        records.case_id,
        records.case_number,
        coalesce(identities.customer_key, contacts.customer_key) as customer_key,
        records.contact_id,
        {{ canonical('case_type') }} as case_type,
        {{ canonical('severity') }} as severity,
        {{ canonical('status') }} as status,
        records.channel,
        records.reason,
        records.opened_at,
        records.first_response_at,
        records.resolved_at,
        records.reopened_at,
        records.reopen_count,
        {{ canonical('resolution_way') }} as resolution_way,
        {{ canonical('resolution_result') }} as resolution_result,
        records.document_id,
        records.currency,
        records.disputed_amount,
        records.owner_id,
        records.source_system,
        records.record_file,
        records.record_line
    from records
    left join identities
        on
            records.source_system = identities.source_system
            and records.source_customer_id = identities.source_customer_id
    left join contacts
        on records.contact_id = contacts.contact_id
    left join case_type_values
        on
            records.source_system = case_type_values.source
            and lower(trim(records.source_case_type)) = case_type_values.source_value
    left join severity_values
        on
            records.source_system = severity_values.source
            and lower(trim(records.source_severity)) = severity_values.source_value
    left join status_values
        on
            records.source_system = status_values.source
            and lower(trim(records.source_status)) = status_values.source_value
    left join resolution_way_values
        on
            records.source_system = resolution_way_values.source
            and lower(trim(records.source_resolution_way)) = resolution_way_values.source_value
    left join resolution_result_values
        on
            records.source_system = resolution_result_values.source
            and lower(trim(records.source_resolution_result)) = resolution_result_values.source_value
    where
        {{ canonical('case_type') }} is not null
        and {{ canonical('status') }} is not null

)

select * from final
