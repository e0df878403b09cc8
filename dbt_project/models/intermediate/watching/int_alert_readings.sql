-- Grain: one row per customer and early warning whose measure it has: the value and whether it lies at the
-- opening side, on the good side of clearing, or worse than the last value said by a step.
with measures as (
    select * from {{ ref('int_watched_measures') }}
),

alert_rules as (
    select
        *,
        case when direction = 'higher_is_riskier' then 1 else -1 end as worse
    from {{ ref('stg_rules__alert_rules') }}
),

earlier as (
    select * from {{ ref('int_earlier_alerts') }}
),

final as (
    select
        measures.customer_key,
        alert_rules.alert_id,
        round(measures.measure_value, 6) as measured_value,
        round(measures.measure_value, 6) * alert_rules.worse >= alert_rules.open_threshold * alert_rules.worse
            as is_reached,
        round(measures.measure_value, 6) * alert_rules.worse < alert_rules.clear_threshold * alert_rules.worse
            as is_clear,
        coalesce(
            round((measures.measure_value - earlier.said_value) * alert_rules.worse, 6)
            >= alert_rules.worsen_step,
            false
        ) as is_worse
    from measures
    inner join alert_rules on measures.watched_measure = alert_rules.watched_measure
    left join earlier
        on measures.customer_key = earlier.customer_key and alert_rules.alert_id = earlier.alert_id
)

select * from final
