-- Grain: one row per legal event of any source, with its customer
-- Dates are not cut off here: what counts on a day is for the models that measure.
with

records as (

    {{ union_of(['stg_files__legal_events'], [
        'source_system', 'event_id', 'source_customer_id', 'source_event_type', 'source_customer_role',
        'event_date', 'closed_date', 'currency', 'amount', 'record_file', 'record_line',
    ]) }}

),

identities as (

    select * from {{ ref('int_customer_identities') }}

),

event_type_values as (

    {{ values_of('legal_events', 'event_type') }}

),

customer_role_values as (

    {{ values_of('legal_events', 'customer_role') }}

),

final as (

    select
        records.event_id,
        identities.customer_key,
        {{ canonical('event_type') }} as event_type,
        {{ canonical('customer_role') }} as customer_role,
        records.event_date,
        records.closed_date,
        records.currency,
        records.amount,
        records.source_system,
        records.record_file,
        records.record_line
    from records
    left join identities
        on
            records.source_system = identities.source_system
            and records.source_customer_id = identities.source_customer_id
    left join event_type_values
        on
            records.source_system = event_type_values.source
            and lower(trim(records.source_event_type)) = event_type_values.source_value
    left join customer_role_values
        on
            records.source_system = customer_role_values.source
            and lower(trim(records.source_customer_role)) = customer_role_values.source_value
    where
        {{ canonical('event_type') }} is not null
        and {{ canonical('customer_role') }} is not null

)

select * from final
