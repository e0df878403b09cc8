-- Fails if a shift is open while its calendar's clocks change: local working time would be counted twice or
-- not at all.
with offsets as (
    select
        calendar,
        starts_second,
        offset_seconds,
        lag(offset_seconds)
            over (partition by calendar order by starts_second asc nulls first)
            as offset_before
    from {{ ref('int_calendar_offsets') }}
),

changes as (
    select
        calendar,
        mod(starts_second + least(offset_seconds, offset_before), 86400) as from_second,
        mod(starts_second + least(offset_seconds, offset_before), 86400) + abs(offset_seconds - offset_before)
            as to_second
    from offsets
    where offset_before is not null and offset_before != offset_seconds
),

violations as (
    select
        changes.calendar,
        shifts.weekday
    from changes
    inner join {{ ref('int_working_shifts') }} as shifts
        on
            changes.calendar = shifts.calendar
            and changes.from_second < shifts.closes_second
            and changes.to_second > shifts.opens_second
)

select * from violations
