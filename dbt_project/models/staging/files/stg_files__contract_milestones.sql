-- Grain: one row per contract milestone, as last landed
with

{{ newest_row_per_key(raw('files', 'contract_milestones'), 'milestone_id') }},

final as (

    select
        'files' as source_system,
        'files:' || milestone_id as milestone_id,
        'files:' || contract_id as contract_id,
        milestone_type as source_milestone_type,
        responsible_party as source_responsible_party,
        {{ safe_date('planned_date') }} as planned_date,
        {{ safe_date('actual_date') }} as actual_date,
        currency,
        {{ safe_decimal('amount') }} as amount,
        _file as record_file,
        _line as record_line
    from newest_rows

)

select * from final
