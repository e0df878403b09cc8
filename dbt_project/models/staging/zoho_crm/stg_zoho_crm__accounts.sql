-- Grain: one row per account, as last modified
with

{{ newest_row_per_key(raw('zoho_crm', 'accounts'), 'account_id', modified='modified_time') }},

final as (

    select
        'zoho_crm' as source_system,
        account_id as source_customer_id,
        account_name as customer_name,
        ownership as source_customer_type,
        tax_id_key,
        parent_account_id as parent_source_customer_id,
        industry,
        billing_country as country,
        owner_id,
        rating,
        currency,
        {{ safe_day('created_time') }} as created_date,
        {{ safe_day('last_activity_time') }} as last_activity_date,
        _file as record_file,
        _line as record_line
    from newest_rows

)

select * from final
