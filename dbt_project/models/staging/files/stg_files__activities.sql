-- Grain: one row per activity, as last landed
with

{{ newest_row_per_key(raw('files', 'activities'), 'activity_id') }},

final as (

    select
        'files' as source_system,
        'files:' || activity_id as activity_id,
        customer_id as source_customer_id,
        'files:' || contact_id as contact_id,
        activity_type as source_activity_type,
        {{ safe_date('activity_date') }} as activity_date,
        owner_id,
        direction as source_direction,
        {{ safe_boolean('is_completed') }} as is_completed,
        _file as record_file,
        _line as record_line
    from newest_rows

)

select * from final
