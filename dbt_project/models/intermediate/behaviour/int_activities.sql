-- Grain: one row per activity of any source, with its customer
-- Dates are not cut off here: what counts on a day is for the models that measure.
with

records as (

    {{ union_of(['int_zoho_crm_activities', 'stg_files__activities', 'int_fxiaoke_activities'], [
        'source_system', 'activity_id', 'source_customer_id', 'contact_id', 'source_activity_type',
        'activity_date', 'owner_id', 'source_direction', 'is_completed', 'record_file', 'record_line',
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

activity_type_values as (

    {{ values_of('activities', 'activity_type') }}

),

direction_values as (

    {{ values_of('activities', 'direction') }}

),

final as (

    select
        records.activity_id,
        coalesce(identities.customer_key, contacts.customer_key) as customer_key,
        records.contact_id,
        {{ canonical('activity_type') }} as activity_type,
        records.activity_date,
        records.owner_id,
        {{ canonical('direction') }} as direction,
        records.is_completed,
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
    left join activity_type_values
        on
            records.source_system = activity_type_values.source
            and lower(trim(records.source_activity_type)) = activity_type_values.source_value
    left join direction_values
        on
            records.source_system = direction_values.source
            and lower(trim(records.source_direction)) = direction_values.source_value
    where {{ canonical('activity_type') }} is not null

)

select * from final
