-- Grain: one row per customer, as last modified
-- A customer group is a category, not a parent; payment terms come as a name without their days.
with

{{ newest_row_per_key(raw('erpnext', 'customers'), 'customer', modified='modified') }},

final as (

    select
        'erpnext' as source_system,
        customer as source_customer_id,
        customer_name,
        cast(null as string) as source_contact_type,
        customer_type as source_customer_type,
        tax_id_key,
        {{ safe_boolean('tax_id_is_valid') }} as is_tax_id_valid,
        crm_account_id as external_id,
        parent_customer as parent_source_customer_id,
        industry,
        cast(null as string) as country,
        cast(null as string) as owner_id,
        cast(null as string) as rating,
        default_currency as currency,
        {{ safe_day('creation') }} as created_date,
        cast(null as date) as registered_date,
        cast(null as date) as last_activity_date,
        cast(null as int) as owner_changes,
        cast(null as date) as owner_changed_date,
        _file as record_file,
        _line as record_line
    from newest_rows

)

select * from final
