-- Grain: one row per early warning, customer and finished date it opened on: what followed in its window
-- Only openings of customers to whom it could still happen, as in the rate of all that they are held against.
-- A warning opened again within its window is the same warning: windows counted never overlap.
with

context as (

    select as_of_date from {{ ref('stg_run__context') }}

),

first_dates as (

    -- it opens everything that was open before: when, nobody knows
    select min(as_of_date) as first_date from {{ ref('stg_history__scores') }}

),

graded as (

    select
        alert_outcomes.alert_id,
        outcomes.outcome_id,
        outcomes.window_days,
        outcomes.population
    from {{ ref('stg_rules__alert_outcomes') }} as alert_outcomes
    inner join {{ ref('stg_rules__outcomes') }} as outcomes
        on alert_outcomes.outcome_id = outcomes.outcome_id

),

openings as (

    select distinct
        alerts.alert_id,
        alerts.customer_key,
        alerts.opened_date,
        graded.outcome_id,
        graded.window_days
    from {{ ref('stg_history__alerts') }} as alerts
    inner join graded on alerts.alert_id = graded.alert_id
    inner join {{ ref('int_outcome_populations') }} as populations
        on
            alerts.opened_date = populations.as_of_date
            and alerts.customer_key = populations.customer_key
            and graded.population = populations.population
    cross join first_dates
    where alerts.opened_date > first_dates.first_date

),

spaced as (

    select
        *,
        lag(opened_date) over (
            partition by alert_id, customer_key order by opened_date asc
        ) as opened_before
    from openings

),

final as (

    select
        spaced.alert_id,
        spaced.customer_key,
        spaced.opened_date,
        spaced.outcome_id,
        min(events.bad_date) as bad_date
    from spaced
    cross join context
    left join {{ ref('int_outcome_events') }} as events
        on
            spaced.customer_key = events.customer_key
            and spaced.outcome_id = events.outcome_id
            and spaced.opened_date >= events.first_start
            and (events.start_before is null or spaced.opened_date < events.start_before)
    where
        {{ add_days('spaced.opened_date', 'spaced.window_days') }} <= context.as_of_date
        and (
            spaced.opened_before is null
            or spaced.opened_date >= {{ add_days('spaced.opened_before', 'spaced.window_days') }}
        )
    group by spaced.alert_id, spaced.customer_key, spaced.opened_date, spaced.outcome_id

)

select * from final
