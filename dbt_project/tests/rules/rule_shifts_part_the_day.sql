-- Fails if a working shift overlaps another of its weekday, does not end after it opens, or has no time of
-- day.
with shifts as (
    select
        calendar,
        weekday,
        opens_second,
        closes_second,
        lead(opens_second) over (
            partition by calendar, weekday
            order by opens_second asc nulls first, shift asc nulls first
        ) as next_opens
    from {{ ref('int_working_shifts') }}
),

violations as (
    select * from shifts
    where
        opens_second is null
        or closes_second is null
        or closes_second <= opens_second
        or closes_second > 86400
        or next_opens < closes_second
        or weekday not between 1 and 7
)

select * from violations
