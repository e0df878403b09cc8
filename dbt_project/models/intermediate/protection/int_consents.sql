-- Grain: one row per consent of any source, with its customer
-- Dates are not cut off here: what counts on a day is for the models that measure.
with

records as (

    {{ union_of(['int_zoho_crm_consents', 'stg_files__consents'], [
        'source_system', 'consent_id', 'source_customer_id', 'contact_id', 'source_purpose',
        'source_legal_basis', 'source_channel', 'given_date', 'withdrawn_date', 'expiry_date',
        'record_file', 'record_line',
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

purpose_values as (

    {{ values_of('consents', 'purpose') }}

),

legal_basis_values as (

    {{ values_of('consents', 'legal_basis') }}

),

channel_values as (

    {{ values_of('consents', 'channel') }}

),

final as (

    select
        records.consent_id,
        coalesce(identities.customer_key, contacts.customer_key) as customer_key,
        records.contact_id,
        {{ canonical('purpose') }} as purpose,
        {{ canonical('legal_basis') }} as legal_basis,
        {{ canonical('channel') }} as channel,
        records.given_date,
        records.withdrawn_date,
        records.expiry_date,
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
    left join purpose_values
        on
            records.source_system = purpose_values.source
            and lower(trim(records.source_purpose)) = purpose_values.source_value
    left join legal_basis_values
        on
            records.source_system = legal_basis_values.source
            and lower(trim(records.source_legal_basis)) = legal_basis_values.source_value
    left join channel_values
        on
            records.source_system = channel_values.source
            and lower(trim(records.source_channel)) = channel_values.source_value
    where
        {{ canonical('purpose') }} is not null
        and {{ canonical('legal_basis') }} is not null

)

select * from final
