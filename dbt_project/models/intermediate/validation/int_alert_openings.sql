-- Grain: one row per early warning, customer and finished date it opened on: what followed in its window
-- The first finished date opens everything that was open before: when, nobody knows, so it is left out.
with

context as (

    select as_of_date from {{ ref('stg_run__context') }}

),

alerts as (

    select * from {{ ref('stg_history__alerts') }}

),

first_dates as (

    select min(as_of_date) as first_date from {{ ref('stg_history__scores') }}

),

graded as (

    select
        alert_outcomes.alert_id,
        outcomes.outcome_id,
        outcomes.window_days
    from {{ ref('stg_rules__alert_outcomes') }} as alert_outcomes
    inner join {{ ref('stg_rules__outcomes') }} as outcomes
        on alert_outcomes.outcome_id = outcomes.outcome_id

),

openings as (

    select distinct
        alerts.alert_id,
        alerts.customer_key,
        alerts.opened_date,
        graded.outcome_id
    from alerts
    inner join graded on alerts.alert_id = graded.alert_id
    cross join first_dates
    cross join context
    where
        alerts.opened_date > first_dates.first_date
        and {{ add_days('alerts.opened_date', 'graded.window_days') }} <= context.as_of_date

),

final as (

    select
        openings.alert_id,
        openings.customer_key,
        openings.opened_date,
        openings.outcome_id,
        min(events.bad_date) as bad_date
    from openings
    left join {{ ref('int_outcome_events') }} as events
        on
            openings.customer_key = events.customer_key
            and openings.outcome_id = events.outcome_id
            and openings.opened_date >= events.first_start
            and (events.start_before is null or openings.opened_date < events.start_before)
    group by openings.alert_id, openings.customer_key, openings.opened_date, openings.outcome_id

)

select * from final
