-- Grain: one row per customer and alert that was open on the last finished date before as_of
with context as (
    select as_of_date from {{ ref('stg_run__context') }}
),

last_dates as (
    select max(customer_tiers.as_of_date) as last_date
    from {{ ref('stg_history__customer_tiers') }} as customer_tiers
    cross join context
    where customer_tiers.as_of_date < context.as_of_date
),

final as (
    select
        alerts.customer_key,
        alerts.alert_id,
        alerts.dimension,
        alerts.alert_severity,
        alerts.action_owner,
        alerts.opened_date,
        alerts.changed_date,
        alerts.action_due_date,
        alerts.said_value
    from {{ ref('stg_history__alerts') }} as alerts
    inner join last_dates on alerts.as_of_date = last_dates.last_date
    where alerts.alert_state != 'cleared'
)

select * from final
