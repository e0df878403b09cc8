-- Fails if not exactly one calendar is the company's own, or one has no hours or no zone, or a target or a
-- day names a calendar that does not exist.
with calendars as (
    select * from {{ ref('stg_rules__working_calendars') }}
),

named as (
    select calendar from {{ ref('stg_rules__sla_targets') }}
    union
    select calendar from {{ ref('stg_rules__calendar_days') }}
    union
    select calendar from {{ ref('stg_rules__working_hours') }}
    union
    select calendar from {{ ref('stg_rules__calendar_offsets') }}
),

violations as (
    select
        'not one company calendar' as problem,
        null as calendar
    from calendars
    having sum(case when is_company then 1 else 0 end) != 1
    union all
    select
        'unknown calendar' as problem,
        named.calendar
    from named
    left join calendars on named.calendar = calendars.calendar
    where calendars.calendar is null
    union all
    select
        'no hours' as problem,
        calendars.calendar
    from calendars
    left join {{ ref('stg_rules__working_hours') }} as hours on calendars.calendar = hours.calendar
    where hours.calendar is null
    union all
    select
        'no zone' as problem,
        calendars.calendar
    from calendars
    left join {{ ref('stg_rules__calendar_offsets') }} as offsets on calendars.calendar = offsets.calendar
    where offsets.calendar is null
)

select * from violations
