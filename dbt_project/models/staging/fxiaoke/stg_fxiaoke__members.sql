-- Grain: one row per member of the loyalty plan
with

{{ counted_records(raw('fxiaoke', 'members'), 'member_id') }},

final as (

    select
        'fxiaoke' as source_system,
        member_id,
        account_id as source_customer_id,
        'fxiaoke:' || contact_id as contact_id,
        plan,
        plan_tier,
        _file as record_file,
        _line as record_line
    from counted

)

select * from final
