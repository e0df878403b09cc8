-- Grain: one row per validation date and outcome whose window is over at as_of
-- Of windows that do not overlap, newest first, the customers' fates are counted once: those are pooled.
with

context as (

    select as_of_date from {{ ref('stg_run__context') }}

),

dates as (

    select * from {{ ref('int_validation_dates') }}

),

outcomes as (

    select * from {{ ref('stg_rules__outcomes') }}

),

complete as (

    select
        dates.validation_date,
        dates.month_number,
        outcomes.outcome_id,
        outcomes.window_days,
        outcomes.population,
        {{ add_days('dates.validation_date', 'outcomes.window_days') }} as window_end,
        max(dates.month_number) over (partition by outcomes.outcome_id) as newest_month,
        -- months a window needs: 12 for a year, 3 for 90 days
        cast(ceil(outcomes.window_days * 12 / 366.0) as int) as step_months
    from dates
    cross join context
    cross join outcomes
    where {{ add_days('dates.validation_date', 'outcomes.window_days') }} <= context.as_of_date

),

final as (

    select
        validation_date,
        outcome_id,
        window_days,
        population,
        window_end,
        (newest_month - month_number) % greatest(step_months, 1) = 0 as is_pooled
    from complete

)

select * from final
