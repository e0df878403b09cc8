-- Grain: one row per call, as last modified
with

{{ newest_row_per_key(raw('zoho_crm', 'calls'), 'call_id', modified='modified_time') }},

final as (

    select
        'zoho_crm' as source_system,
        'zoho_crm:' || call_id as activity_id,
        'zoho_crm:' || contact_id as contact_id,
        related_id as related_record_id,
        'Call' as source_activity_type,
        {{ safe_day('coalesce(call_start_time, created_time)') }} as activity_date,
        owner_id,
        call_type as source_direction,
        -- planned, overdue and missed calls did not take place
        coalesce(call_type, '') != 'Missed'
        and coalesce(call_status, 'Completed') = 'Completed' as is_completed,
        _file as record_file,
        _line as record_line
    from newest_rows

)

select * from final
