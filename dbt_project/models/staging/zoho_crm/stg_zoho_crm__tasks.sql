-- Grain: one row per task, as last modified; on the day it was done, else on the day it is due
with

{{ newest_row_per_key(raw('zoho_crm', 'tasks'), 'task_id', modified='modified_time') }},

final as (

    select
        'zoho_crm' as source_system,
        'zoho_crm:' || task_id as activity_id,
        'zoho_crm:' || contact_id as contact_id,
        related_id as related_record_id,
        'Task' as source_activity_type,
        coalesce(
            {{ safe_day('closed_time') }}, {{ safe_date('due_date') }}, {{ safe_day('created_time') }}
        ) as activity_date,
        owner_id,
        cast(null as string) as source_direction,
        coalesce(status, '') = 'Completed' as is_completed,
        _file as record_file,
        _line as record_line
    from newest_rows

)

select * from final
