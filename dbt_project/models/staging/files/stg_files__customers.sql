-- Grain: one row per customer, as last landed
with

{{ newest_row_per_key(raw('files', 'customers'), 'customer_id') }},

final as (

    select
        'files' as source_system,
        customer_id as source_customer_id,
        customer_name,
        cast(null as string) as source_contact_type,
        customer_type as source_customer_type,
        tax_id_key,
        {{ safe_boolean('tax_id_is_valid') }} as is_tax_id_valid,
        external_id,
        parent_customer_id as parent_source_customer_id,
        industry,
        country,
        owner_id,
        rating,
        currency,
        {{ safe_date('created_date') }} as created_date,
        {{ safe_date('registered_date') }} as registered_date,
        {{ safe_date('last_activity_date') }} as last_activity_date,
        {{ safe_integer('owner_changes') }} as owner_changes,
        {{ safe_date('owner_changed_date') }} as owner_changed_date,
        _file as record_file,
        _line as record_line
    from newest_rows

)

select * from final
