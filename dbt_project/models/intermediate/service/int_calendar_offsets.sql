-- Grain: one row per calendar and period in which its local time keeps one distance from UTC
with

offsets as (

    select
        calendar,
        offset_minutes * 60 as offset_seconds,
        {{ epoch_seconds('starts_at') }} as starts_second
    from {{ ref('stg_rules__calendar_offsets') }}

),

final as (

    select
        calendar,
        starts_second,
        lead(starts_second) over (partition by calendar order by starts_second asc nulls first)
            as ends_second,
        offset_seconds
    from offsets

)

select * from final
