-- Grain: one row per follow-up record of sales
with

{{ counted_records(raw('fxiaoke', 'active_records'), 'activity_id') }},

final as (

    select
        'fxiaoke' as source_system,
        'fxiaoke:' || activity_id as activity_id,
        account_id as source_customer_id,
        'fxiaoke:' || contact_id as contact_id,
        'fxiaoke:' || opportunity_id as opportunity_id,
        activity_type as source_activity_type,
        {{ safe_date('activity_date') }} as activity_date,
        owner_id,
        direction as source_direction,
        _file as record_file,
        _line as record_line
    from counted

)

select * from final
