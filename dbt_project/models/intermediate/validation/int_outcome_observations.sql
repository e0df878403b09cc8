-- Grain: one row per validation date, outcome whose window is over, and customer of its population
-- The score is of the date, from its own finished partition; what followed is an event after it.
with

windows as (

    select * from {{ ref('int_outcome_windows') }}

),

populations as (

    select * from {{ ref('int_outcome_populations') }}
    where is_validation_date

),

hits as (

    select distinct
        events.customer_key,
        windows.outcome_id,
        windows.validation_date
    from {{ ref('int_outcome_events') }} as events
    inner join windows
        on
            events.outcome_id = windows.outcome_id
            and events.first_start <= windows.validation_date
            and (events.start_before is null or events.start_before > windows.validation_date)

),

final as (

    select
        windows.validation_date,
        windows.outcome_id,
        populations.customer_key,
        windows.is_pooled,
        case when hits.customer_key is not null then 1 else 0 end as is_bad
    from windows
    inner join populations
        on
            windows.population = populations.population
            and windows.validation_date = populations.as_of_date
    left join hits
        on
            windows.validation_date = hits.validation_date
            and windows.outcome_id = hits.outcome_id
            and populations.customer_key = hits.customer_key

)

select * from final
