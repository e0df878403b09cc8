-- Grain: one row per day up to as_of, from the first that a metric is dated by: the metrics' time spine.
with context as (
    select * from {{ ref('stg_run__context') }}
),

dated as (
    select opened_date as first_date from {{ ref('int_case_states') }}
    union all
    select period_start as first_date from {{ ref('int_satisfaction_cells') }}
    union all
    select as_of_date as first_date from {{ ref('stg_history__customer_tiers') }}
    union all
    select month_start as first_date from {{ ref('int_control_months') }}
    where is_shown
),

bounds as (
    select
        min(dated.first_date) as first_date,
        context.as_of_date as last_date
    from dated
    cross join context
    where dated.first_date <= context.as_of_date
    group by context.as_of_date
),

days as (
    {{ day_spine('bounds', 'first_date', 'last_date') }}
),

final as (
    select
        days.calendar_date,
        context.as_of_date,
        context.run_id
    from days
    cross join context
)

select * from final
