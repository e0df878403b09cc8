-- Grain: one row per contact
with

{{ counted_records(raw('fxiaoke', 'contacts'), 'contact_id') }},

final as (

    select
        'fxiaoke' as source_system,
        'fxiaoke:' || contact_id as contact_id,
        account_id as source_customer_id,
        job_title,
        {{ safe_boolean('is_opted_out') }} as is_opted_out,
        {{ safe_date('created_date') }} as created_date,
        {{ safe_date('last_followed_date') }} as last_activity_date,
        _file as record_file,
        _line as record_line
    from counted

)

select * from final
