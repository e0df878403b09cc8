-- Grain: one row per case and working calendar: when it was opened, answered, resolved, on the clock of each
-- A case resolved without a recorded answer was answered then at the latest.
with

moments as (

    select * from {{ ref('int_case_moments') }}

),

pivoted as (

    select
        case_id,
        calendar,
        max(case when moment = 'opened' then calendar_date end) as opened_date,
        max(case when moment = 'resolved' then calendar_date end) as resolved_date,
        {% for moment in ['opened', 'responded', 'resolved', 'reopened'] %}
        max(case when moment = '{{ moment }}' then moment_second end) as {{ moment }}_second,
        max(case when moment = '{{ moment }}' then working_second end) as {{ moment }}_working,
        {% endfor %}
        count(*) as moments
    from moments
    group by case_id, calendar

),

final as (

    select
        case_id,
        calendar,
        opened_date,
        resolved_date,
        opened_second,
        coalesce(responded_second, resolved_second) as answered_second,
        resolved_second,
        reopened_second,
        opened_working,
        coalesce(responded_working, resolved_working) as answered_working,
        resolved_working
    from pivoted

)

select * from final
