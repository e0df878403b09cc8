-- Grain: one row per meeting, as last modified; checked in at the customer's place it was a visit
with

{{ newest_row_per_key(raw('zoho_crm', 'events'), 'event_id', modified='modified_time') }},

final as (

    select
        'zoho_crm' as source_system,
        'zoho_crm:' || event_id as activity_id,
        'zoho_crm:' || contact_id as contact_id,
        related_id as related_record_id,
        case when check_in_time is null then 'Meeting' else 'Visit' end as source_activity_type,
        {{ safe_day('coalesce(start_time, created_time)') }} as activity_date,
        owner_id,
        cast(null as string) as source_direction,
        cast(null as boolean) as is_completed,
        _file as record_file,
        _line as record_line
    from newest_rows

)

select * from final
