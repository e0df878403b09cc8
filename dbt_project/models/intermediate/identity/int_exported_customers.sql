-- Grain: one row per customer of any customer export
-- A tax id whose check character is wrong names nobody: it is a finding and joins nothing.
{{ config(materialized='view') }}

with

records as (

    {{ union_of(customer_records() | map('first') | list, [
        'source_system', 'source_customer_id', 'customer_name', 'source_contact_type', 'source_customer_type',
        'tax_id_key', 'is_tax_id_valid', 'external_id', 'parent_source_customer_id', 'industry', 'country',
        'owner_id', 'rating', 'created_date', 'registered_date', 'last_activity_date', 'owner_changes',
        'owner_changed_date',
    ]) }}

),

contact_type_values as (

    {{ values_of('customers', 'contact_type') }}

),

customer_type_values as (

    {{ values_of('customers', 'customer_type') }}

),

final as (

    select
        records.source_system,
        records.source_customer_id,
        records.customer_name,
        {{ canonical('customer_type') }} as customer_type,
        case when coalesce(records.is_tax_id_valid, true) then records.tax_id_key end as tax_id_key,
        records.is_tax_id_valid,
        records.external_id,
        records.parent_source_customer_id,
        records.industry,
        records.country,
        records.owner_id,
        records.rating,
        records.created_date,
        records.registered_date,
        records.last_activity_date,
        records.owner_changes,
        records.owner_changed_date
    from records
    left join contact_type_values
        on
            records.source_system = contact_type_values.source
            and lower(trim(records.source_contact_type)) = contact_type_values.source_value
    left join customer_type_values
        on
            records.source_system = customer_type_values.source
            and lower(trim(records.source_customer_type)) = customer_type_values.source_value
    where coalesce(contact_type_values.canonical_value, 'customer') = 'customer'

)

select * from final
