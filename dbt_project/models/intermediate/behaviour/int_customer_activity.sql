-- Grain: one row per customer with an activity that took place by as_of
-- expected_activities_180: those of the last 180 days, had the pace of the 365 days before them been kept.
with context as (
    select as_of_date from {{ ref('stg_run__context') }}
),

aged as (
    select
        activities.customer_key,
        activities.activity_date,
        {{ days_between('activities.activity_date', 'context.as_of_date') }} as age_days
    from {{ ref('int_activities') }} as activities
    cross join context
    where
        activities.customer_key is not null
        and activities.activity_date <= context.as_of_date
        and coalesce(activities.is_completed, true)
),

summed as (
    select
        customer_key,
        max(activity_date) as last_activity_date,
        max(age_days) as history_days,
        sum(case when age_days < 180 then 1 else 0 end) as activities_180,
        sum(case when age_days >= 180 and age_days < 545 then 1 else 0 end) as activities_before_180
    from aged
    group by customer_key
),

final as (
    select
        customer_key,
        last_activity_date,
        cast(history_days as int) as history_days,
        cast(activities_180 as int) as activities_180,
        cast(activities_before_180 as int) as activities_before_180,
        round(
            cast(activities_before_180 as double)
            * 180
            / nullif(least(greatest(history_days - 179, 1), 365), 0),
            6
        ) as expected_activities_180
    from summed
)

select * from final
