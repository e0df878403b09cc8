-- Grain: one row per account, as last modified
with

{{ newest_row_per_key(raw('zoho_crm', 'accounts'), 'account_id', modified='modified_time') }},

final as (

    select
        'zoho_crm' as source_system,
        account_id as source_customer_id,
        account_name as customer_name,
        cast(null as string) as source_contact_type,
        ownership as source_customer_type,
        tax_id_key,
        {{ safe_boolean('tax_id_is_valid') }} as is_tax_id_valid,
        cast(null as string) as external_id,
        parent_account_id as parent_source_customer_id,
        industry,
        billing_country as country,
        owner_id,
        rating,
        currency,
        {{ safe_day('created_time') }} as created_date,
        cast(null as date) as registered_date,
        {{ safe_day('last_activity_time') }} as last_activity_date,
        cast(null as int) as owner_changes,
        cast(null as date) as owner_changed_date,
        _file as record_file,
        _line as record_line
    from newest_rows

)

select * from final
