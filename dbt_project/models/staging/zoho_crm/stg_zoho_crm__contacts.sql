-- Grain: one row per contact, as last modified
with

{{ newest_row_per_key(raw('zoho_crm', 'contacts'), 'contact_id', modified='modified_time') }},

final as (

    select
        'zoho_crm' as source_system,
        'zoho_crm:' || contact_id as contact_id,
        account_id as source_customer_id,
        email_key,
        title as job_title,
        {{ safe_boolean('email_opt_out') }} as is_opted_out,
        {{ safe_day('created_time') }} as created_date,
        {{ safe_day('last_activity_time') }} as last_activity_date,
        _file as record_file,
        _line as record_line
    from newest_rows

)

select * from final
