-- Fails if a case was opened in a year of which a calendar that keeps holidays has none: it would count them
-- as worked.
{{ config(severity='warn') }}

with listed as (
    select
        calendar,
        year(calendar_date) as calendar_year
    from {{ ref('stg_rules__calendar_days') }}
    group by calendar, year(calendar_date)
),

opened as (
    select
        calendar,
        year(opened_date) as calendar_year
    from {{ ref('int_case_clocks') }}
    group by calendar, year(opened_date)
),

keeping as (
    select distinct calendar from listed
),

violations as (
    select
        opened.calendar,
        opened.calendar_year
    from opened
    inner join keeping on opened.calendar = keeping.calendar
    left join listed on opened.calendar = listed.calendar and opened.calendar_year = listed.calendar_year
    where listed.calendar is null
)

select * from violations
