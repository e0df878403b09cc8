-- Grain: one row per customer and alert that is open at as_of or cleared on it. The state follows from the
-- last finished date's and today's reading; between the two thresholds nothing changes.
with context as (
    select as_of_date from {{ ref('stg_run__context') }}
),

customers as (
    select customer_key from {{ ref('int_customers') }}
),

rules as (
    select alert_id from {{ ref('stg_rules__alert_rules') }}
),

earlier as (
    select * from {{ ref('int_earlier_alerts') }}
),

readings as (
    select * from {{ ref('int_alert_readings') }}
),

paired as (
    select
        coalesce(readings.customer_key, earlier.customer_key) as customer_key,
        coalesce(readings.alert_id, earlier.alert_id) as alert_id,
        earlier.opened_date,
        earlier.changed_date,
        earlier.said_value,
        readings.measured_value,
        case
            when earlier.alert_id is null and readings.is_reached then 'opened'
            when earlier.alert_id is null then 'none'
            when readings.alert_id is null or readings.is_clear then 'cleared'
            when readings.is_worse then 'worsened'
            else 'open'
        end as alert_state,
        case
            when readings.is_clear then 'below_threshold'
            when rules.alert_id is null then 'rule_ended'
            when readings.alert_id is null then 'no_evidence'
        end as clear_reason
    from readings
    full outer join earlier
        on readings.customer_key = earlier.customer_key and readings.alert_id = earlier.alert_id
    left join rules on earlier.alert_id = rules.alert_id
),

final as (
    select
        paired.customer_key,
        paired.alert_id,
        paired.alert_state,
        case when paired.alert_state = 'cleared' then paired.clear_reason end as clear_reason,
        paired.measured_value,
        case
            when paired.alert_state in ('opened', 'worsened') then paired.measured_value else
                paired.said_value
        end
            as said_value,
        coalesce(paired.opened_date, context.as_of_date) as opened_date,
        case when paired.alert_state = 'open' then paired.changed_date else context.as_of_date end
            as changed_date
    from paired
    cross join context
    inner join customers on paired.customer_key = customers.customer_key
    where paired.alert_state != 'none'
)

select * from final
