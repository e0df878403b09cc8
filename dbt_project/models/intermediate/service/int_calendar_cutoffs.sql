-- Grain: one row per working calendar: where its clock stands at the end of the as_of day
-- The day ends at midnight of the company's own calendar, for every calendar.
with

context as (

    select * from {{ ref('stg_run__context') }}

),

calendars as (

    select * from {{ ref('stg_rules__working_calendars') }}

),

offsets as (

    select * from {{ ref('int_calendar_offsets') }}

),

midnights as (

    select
        ({{ days_between("cast('1970-01-01' as date)", 'context.as_of_date') }} + 1) * 86400
        - offsets.offset_seconds
            as moment_second,
        offsets.starts_second
    from context
    cross join offsets
    inner join calendars
        on offsets.calendar = calendars.calendar
    where calendars.is_company

),

ends as (

    -- the newest offset that has begun by then: right also where clocks change at midnight
    select max_by(moment_second, starts_second) as moment_second
    from midnights
    where moment_second >= starts_second

),

dated as (

    select
        calendars.calendar,
        calendars.is_company,
        ends.moment_second
    from calendars
    cross join ends

),

{{ working_positions('dated', ['is_company']) }},

final as (

    select
        calendar,
        is_company,
        moment_second as cutoff_second,
        working_second as cutoff_working
    from positions

)

select * from final
