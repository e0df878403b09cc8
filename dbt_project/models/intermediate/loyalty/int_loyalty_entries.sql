-- Grain: one row per loyalty entry of any source, with its customer
-- Dates are not cut off here: what counts on a day is for the models that measure.
with

records as (

    {{ union_of([
        'stg_erpnext__loyalty_entries', 'stg_files__loyalty_entries', 'int_fxiaoke_loyalty_entries',
    ], [
        'source_system', 'entry_id', 'source_customer_id', 'entry_date', 'source_entry_type', 'points',
        'expiry_date', 'plan', 'plan_tier', 'record_file', 'record_line',
    ]) }}

),

identities as (

    select * from {{ ref('int_customer_identities') }}

),

entry_type_values as (

    {{ values_of('loyalty_entries', 'entry_type') }}

),

final as (

    select
        records.entry_id,
        identities.customer_key,
        records.entry_date,
        {{ canonical('entry_type') }} as entry_type,
        records.points,
        records.expiry_date,
        records.plan,
        records.plan_tier,
        records.source_system,
        records.record_file,
        records.record_line
    from records
    left join identities
        on
            records.source_system = identities.source_system
            and records.source_customer_id = identities.source_customer_id
    left join entry_type_values
        on
            records.source_system = entry_type_values.source
            and lower(trim(records.source_entry_type)) = entry_type_values.source_value
    where {{ canonical('entry_type') }} is not null

)

select * from final
