-- Grain: one row per customer and early warning that is open at as_of or was cleared on it. Opened and
-- worsened are news of the day, open is not. A cleared one has nothing due.
with context as (
    select * from {{ ref('stg_run__context') }}
),

states as (
    select * from {{ ref('int_alert_states') }}
),

earlier as (
    select * from {{ ref('int_earlier_alerts') }}
),

alert_rules as (
    select * from {{ ref('stg_rules__alert_rules') }}
),

texts as (
    select
        states.customer_key,
        states.alert_id,
        {{ shown_value('states.measured_value', 'alert_rules.unit') }} as value_text,
        {{ shown_value('alert_rules.open_threshold', 'alert_rules.unit') }} as threshold_text
    from states
    inner join alert_rules on states.alert_id = alert_rules.alert_id
),

final as (
    select
        {{ md5_key(['context.as_of_date', 'states.customer_key', 'states.alert_id']) }} as alert_key,
        context.as_of_date,
        states.customer_key,
        states.alert_id,
        coalesce(alert_rules.dimension, earlier.dimension) as dimension,
        states.alert_state,
        coalesce(alert_rules.alert_severity, earlier.alert_severity) as alert_severity,
        coalesce(alert_rules.action_owner, earlier.action_owner) as action_owner,
        states.opened_date,
        states.changed_date,
        case
            when states.alert_state in ('opened', 'worsened')
                then {{ add_days('states.changed_date', 'alert_rules.due_days') }}
            when states.alert_state = 'open' then earlier.action_due_date
        end as action_due_date,
        alert_rules.watched_measure,
        states.measured_value,
        states.said_value,
        alert_rules.open_threshold,
        alert_rules.clear_threshold,
        states.clear_reason,
        alert_rules.label_en as alert_en,
        alert_rules.label_zh as alert_zh,
        {% for language in ['en', 'zh'] %}
        replace(
            replace(alert_rules.evidence_{{ language }}, '{value}', coalesce(texts.value_text, '-')),
            '{threshold}', texts.threshold_text
        ) as evidence_{{ language }},
        {% endfor %}
        context.rules_version,
        context.run_id
    from states
    cross join context
    left join alert_rules on states.alert_id = alert_rules.alert_id
    left join earlier on states.customer_key = earlier.customer_key and states.alert_id = earlier.alert_id
    left join texts on states.customer_key = texts.customer_key and states.alert_id = texts.alert_id
)

select * from final
