-- Grain: one row per early warning and bad thing that it should have warned of: since when it stood open,
-- if it did. Only what finished dates could have warned of a whole window before.
with

context as (

    select as_of_date from {{ ref('stg_run__context') }}

),

first_dates as (

    select min(as_of_date) as first_date from {{ ref('stg_history__scores') }}

),

events as (

    select
        alert_outcomes.alert_id,
        events.customer_key,
        events.bad_date,
        min(events.first_start) as first_start,
        max(least(coalesce(events.start_before, events.bad_date), events.bad_date)) as start_before
    from {{ ref('int_outcome_events') }} as events
    inner join {{ ref('stg_rules__alert_outcomes') }} as alert_outcomes
        on events.outcome_id = alert_outcomes.outcome_id
    cross join context
    cross join first_dates
    where events.bad_date <= context.as_of_date and events.first_start >= first_dates.first_date
    group by alert_outcomes.alert_id, events.customer_key, events.bad_date

),

alerts as (

    select * from {{ ref('stg_history__alerts') }}
    where alert_state != 'cleared'

),

final as (

    select
        events.alert_id,
        events.customer_key,
        events.bad_date,
        min(alerts.opened_date) as opened_date
    from events
    left join alerts
        on
            events.alert_id = alerts.alert_id
            and events.customer_key = alerts.customer_key
            and events.first_start <= alerts.as_of_date
            and events.start_before > alerts.as_of_date
    group by events.alert_id, events.customer_key, events.bad_date

)

select * from final
