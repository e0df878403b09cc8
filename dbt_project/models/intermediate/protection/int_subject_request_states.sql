-- Grain: one row per request of a person received up to as_of: its deadline and whether it was kept
-- The system's own deadline counts; without one, the strictest standard in force for the kind of request.
with

requests as (

    select * from {{ ref('int_subject_requests') }}

),

deadlines as (

    select
        request_type,
        min(answer_days) as answer_days,
        min_by(standard, lpad(cast(answer_days as string), 6, '0') || standard) as standard
    from {{ ref('stg_rules__request_deadlines') }}
    group by request_type

),

context as (

    select as_of_date from {{ ref('stg_run__context') }}

),

parameters as (

    select max(case when parameter = 'request_warning_days' then value end) as warning_days
    from {{ ref('stg_rules__model_parameters') }}

),

dated as (

    select
        requests.request_id,
        requests.customer_key,
        requests.request_type,
        requests.received_date,
        coalesce(
            requests.due_date, {{ add_days('requests.received_date', 'deadlines.answer_days') }}
        ) as due_date,
        case when requests.due_date is null then deadlines.standard end as standard,
        case when requests.closed_date <= context.as_of_date then requests.closed_date end as closed_date,
        context.as_of_date,
        parameters.warning_days
    from requests
    cross join context
    cross join parameters
    left join deadlines
        on requests.request_type = deadlines.request_type
    where requests.received_date <= context.as_of_date

),

final as (

    select
        request_id,
        customer_key,
        request_type,
        received_date,
        due_date,
        standard,
        closed_date,
        case
            when closed_date is not null and due_date is null then 'answered'
            when closed_date > due_date then 'answered_late'
            when closed_date is not null then 'answered'
            when due_date is null then 'open'
            when due_date < as_of_date then 'overdue'
            when {{ days_between('as_of_date', 'due_date') }} <= warning_days then 'due_soon'
            else 'open'
        end as request_state,
        {{ days_between('due_date', 'coalesce(closed_date, as_of_date)') }} as days_overdue,
        {{ days_between('coalesce(closed_date, received_date)', 'as_of_date') }} as age_days
    from dated

)

select * from final
