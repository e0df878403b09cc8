-- Grain: one row per customer, outcome and day on which the bad thing is complete
-- A window that begins from first_start on and before start_before holds it (null: any later start does).
{{ config(materialized='view') }}

with

outcomes as (

    select * from {{ ref('stg_rules__outcomes') }}

),

final as (

    select
        late_events.outcome_id,
        late_events.customer_key,
        late_events.bad_date,
        {{ add_days('late_events.bad_date', '-outcomes.window_days') }} as first_start,
        late_events.known_date as start_before
    from {{ ref('int_late_events') }} as late_events
    inner join outcomes on late_events.outcome_id = outcomes.outcome_id
    union
    select
        outcomes.outcome_id,
        single_events.customer_key,
        single_events.bad_date,
        {{ add_days('single_events.bad_date', '-outcomes.window_days') }} as first_start,
        single_events.known_date as start_before
    from {{ ref('int_single_events') }} as single_events
    inner join outcomes on single_events.outcome_type = outcomes.outcome_type
    union
    -- silent is who buys nothing from the day after the start to the end of the window
    select
        outcomes.outcome_id,
        silences.customer_key,
        {{ add_days('silences.trading_date', 'outcomes.window_days') }} as bad_date,
        silences.trading_date as first_start,
        {{ add_days('silences.next_date', '-outcomes.window_days') }} as start_before
    from {{ ref('int_silences') }} as silences
    inner join outcomes on outcomes.outcome_type = 'silent'
    where
        silences.next_date is null
        or {{ days_between('silences.trading_date', 'silences.next_date') }} > outcomes.window_days

)

select * from final
