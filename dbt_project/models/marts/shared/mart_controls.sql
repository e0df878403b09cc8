-- Grain: one row per customer and type of control that a rule recommends, naming the rule
with context as (
    select * from {{ ref('stg_run__context') }}
),

controls as (
    select * from {{ ref('int_customer_controls') }}
),

recommended as (
    select * from {{ ref('int_recommended_terms') }}
),

rules as (
    select * from {{ ref('stg_rules__control_rules') }}
),

customers as (
    select
        customer_key,
        credit_limit,
        terms_days
    from {{ ref('int_customers') }}
),

final as (
    select
        {{ md5_key(['context.as_of_date', 'controls.customer_key', 'controls.control_type']) }}
            as control_key,
        context.as_of_date,
        controls.customer_key,
        controls.control_type,
        controls.control_rule_id,
        rules.label_en as control_en,
        rules.label_zh as control_zh,
        recommended.recommended_limit,
        case
            when controls.control_type = 'credit_limit' then cast(customers.credit_limit as decimal(18, 2))
        end
            as credit_limit,
        recommended.recommended_terms_days,
        case when controls.control_type = 'payment_terms' then cast(customers.terms_days as int) end
            as terms_days,
        rules.watched_measure,
        controls.measured_value,
        rules.action_owner,
        {{ add_days('context.as_of_date', 'rules.due_days') }} as action_due_date,
        context.rules_version,
        context.run_id
    from controls
    cross join context
    inner join rules on controls.control_rule_id = rules.control_rule_id
    inner join customers on controls.customer_key = customers.customer_key
    inner join recommended
        on
            controls.customer_key = recommended.customer_key
            and controls.control_type = recommended.control_type
)

select * from final
