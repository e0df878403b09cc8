-- Grain: one row per calendar and local day, with the working seconds before it
-- A holiday keeps no hours, a make-up day those of a weekday. 1900-01-01 was a Monday.
with

spine as (

    select calendar_date from {{ ref('int_calendar_dates') }}

),

calendars as (

    select calendar from {{ ref('stg_rules__working_calendars') }}

),

exceptions as (

    select * from {{ ref('stg_rules__calendar_days') }}

),

weekday_seconds as (

    select
        calendar,
        weekday,
        sum(closes_second - opens_second) as working_seconds
    from {{ ref('int_working_shifts') }}
    group by calendar, weekday

),

patterned as (

    select
        calendars.calendar,
        spine.calendar_date,
        case
            when exceptions.calendar is not null then exceptions.works_as_weekday
            else mod({{ days_between("cast('1900-01-01' as date)", 'spine.calendar_date') }}, 7) + 1
        end as works_as_weekday
    from spine
    cross join calendars
    left join exceptions
        on
            calendars.calendar = exceptions.calendar
            and spine.calendar_date = exceptions.calendar_date

),

final as (

    select
        patterned.calendar,
        patterned.calendar_date,
        {{ days_between("cast('1970-01-01' as date)", 'patterned.calendar_date') }} as day_number,
        patterned.works_as_weekday,
        cast(coalesce(weekday_seconds.working_seconds, 0) as bigint) as working_seconds,
        cast(
            coalesce(
                sum(weekday_seconds.working_seconds) over (
                    partition by patterned.calendar
                    order by patterned.calendar_date asc nulls first
                    rows between unbounded preceding and 1 preceding
                ),
                0
            ) as bigint
        ) as seconds_before
    from patterned
    left join weekday_seconds
        on
            patterned.calendar = weekday_seconds.calendar
            and patterned.works_as_weekday = weekday_seconds.weekday

)

select * from final
