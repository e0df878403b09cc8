-- Grain: one row per customer
with

{{ counted_records(raw('fxiaoke', 'accounts'), 'account_id') }},

final as (

    select
        'fxiaoke' as source_system,
        account_id as source_customer_id,
        account_name as customer_name,
        account_type as source_customer_type,
        tax_id_key,
        {{ safe_boolean('tax_id_is_valid') }} as is_tax_id_valid,
        erp_account_id as external_id,
        parent_account_id as parent_source_customer_id,
        industry,
        country,
        owner_id,
        rating,
        {{ safe_integer('transfer_count') }} as owner_changes,
        {{ safe_date('owner_modified_date') }} as owner_changed_date,
        {{ safe_date('created_date') }} as created_date,
        {{ safe_date('last_followed_date') }} as last_activity_date,
        _file as record_file,
        _line as record_line
    from counted

)

select * from final
