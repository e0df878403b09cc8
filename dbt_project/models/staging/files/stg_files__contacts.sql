-- Grain: one row per contact, as last landed
with

{{ newest_row_per_key(raw('files', 'contacts'), 'contact_id') }},

final as (

    select
        'files' as source_system,
        'files:' || contact_id as contact_id,
        customer_id as source_customer_id,
        job_title,
        {{ safe_boolean('is_opted_out') }} as is_opted_out,
        {{ safe_date('created_date') }} as created_date,
        _file as record_file,
        _line as record_line
    from newest_rows

)

select * from final
