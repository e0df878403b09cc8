-- Grain: one row per case, moment of its life and working calendar
with

cases as (

    select * from {{ ref('int_cases') }}

),

calendars as (

    select calendar from {{ ref('stg_rules__working_calendars') }}

),

moments as (

    {% for moment, column in [
        ('opened', 'opened_at'), ('responded', 'first_response_at'), ('resolved', 'resolved_at'),
        ('reopened', 'reopened_at')
    ] -%}
    select
        case_id,
        '{{ moment }}' as moment,
        {{ epoch_seconds(column) }} as moment_second
    from cases
    where {{ column }} is not null
    {% if not loop.last -%}
    union all
    {% endif -%}
    {% endfor %}

),

dated as (

    select
        moments.case_id,
        moments.moment,
        moments.moment_second,
        calendars.calendar
    from moments
    cross join calendars

),

{{ working_positions('dated', ['case_id', 'moment']) }},

final as (

    select
        case_id,
        moment,
        calendar,
        calendar_date,
        moment_second,
        working_second
    from positions

)

select * from final
