-- Grain: one row per contact (customer or vendor), as last modified
with

{{ newest_row_per_key(raw('zoho_books', 'contacts'), 'contact_id', modified='modified_time') }},

final as (

    select
        'zoho_books' as source_system,
        contact_id as source_customer_id,
        coalesce(company_name, display_name) as customer_name,
        contact_type as source_contact_type,
        customer_sub_type as source_customer_type,
        tax_id_key,
        {{ safe_boolean('tax_id_is_valid') }} as is_tax_id_valid,
        crm_account_id as external_id,
        cast(null as string) as parent_source_customer_id,
        cast(null as string) as industry,
        cast(null as string) as country,
        cast(null as string) as owner_id,
        cast(null as string) as rating,
        currency,
        {{ terms_in_days('payment_terms') }} as terms_days,
        {{ safe_decimal('credit_limit') }} as credit_limit,
        {{ safe_day('created_time') }} as created_date,
        cast(null as date) as registered_date,
        cast(null as date) as last_activity_date,
        cast(null as int) as owner_changes,
        cast(null as date) as owner_changed_date,
        _file as record_file,
        _line as record_line
    from newest_rows

)

select * from final
