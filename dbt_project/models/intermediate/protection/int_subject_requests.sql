-- Grain: one row per subject request of any source, with its customer
-- Dates are not cut off here: what counts on a day is for the models that measure.
with

records as (

    {{ union_of(['stg_zoho_crm__data_subject_requests', 'stg_files__subject_requests'], [
        'source_system', 'request_id', 'source_customer_id', 'contact_id', 'source_request_type',
        'received_date', 'due_date', 'closed_date', 'record_file', 'record_line',
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

request_type_values as (

    {{ values_of('subject_requests', 'request_type') }}

),

final as (

    select
        records.request_id,
        coalesce(identities.customer_key, contacts.customer_key) as customer_key,
        records.contact_id,
        {{ canonical('request_type') }} as request_type,
        records.received_date,
        records.due_date,
        records.closed_date,
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
    left join request_type_values
        on
            records.source_system = request_type_values.source
            and lower(trim(records.source_request_type)) = request_type_values.source_value
    where {{ canonical('request_type') }} is not null

)

select * from final
