-- Grain: one row per care contact of any source, with its customer
-- Dates are not cut off here: what counts on a day is for the models that measure.
with

records as (

    {{ union_of(['stg_files__care_contacts'], [
        'source_system', 'care_id', 'source_customer_id', 'contact_id', 'care_date', 'source_care_type',
        'source_channel', 'source_outcome', 'owner_id', 'record_file', 'record_line',
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

care_type_values as (

    {{ values_of('care_contacts', 'care_type') }}

),

channel_values as (

    {{ values_of('care_contacts', 'channel') }}

),

outcome_values as (

    {{ values_of('care_contacts', 'outcome') }}

),

final as (

    select
        records.care_id,
        coalesce(identities.customer_key, contacts.customer_key) as customer_key,
        records.contact_id,
        records.care_date,
        {{ canonical('care_type') }} as care_type,
        {{ canonical('channel') }} as channel,
        {{ canonical('outcome') }} as outcome,
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
    left join care_type_values
        on
            records.source_system = care_type_values.source
            and lower(trim(records.source_care_type)) = care_type_values.source_value
    left join channel_values
        on
            records.source_system = channel_values.source
            and lower(trim(records.source_channel)) = channel_values.source_value
    left join outcome_values
        on
            records.source_system = outcome_values.source
            and lower(trim(records.source_outcome)) = outcome_values.source_value
    where {{ canonical('care_type') }} is not null

)

select * from final
