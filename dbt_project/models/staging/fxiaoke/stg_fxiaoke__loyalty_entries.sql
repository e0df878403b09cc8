-- Grain: one row per entry of points or of growth values
-- Growth decides the tier and buys nothing, so it is a plan of its own and never adds to points.
with

{{ both_generations(
    [('MemberIntegralDetailObj', 'member_points', 1), ('MemberGrowthValueDetailObj', 'member_growth', 2)],
    ['entry_id', 'member_id', 'entry_date', 'entry_type', 'points', 'expiry_date'],
) }},

{{ counted_records('generations', 'source_object, entry_id') }},

final as (

    select
        'fxiaoke' as source_system,
        source_object,
        case source_object
            when 'MemberGrowthValueDetailObj' then 'fxiaoke:growth:' || entry_id
            else 'fxiaoke:' || entry_id
        end as entry_id,
        member_id,
        {{ safe_date('entry_date') }} as entry_date,
        entry_type as source_entry_type,
        {{ safe_decimal('points') }} as points,
        {{ safe_date('expiry_date') }} as expiry_date,
        _file as record_file,
        _line as record_line
    from counted

)

select * from final
