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
        controls.label_en as control_en,
        controls.label_zh as control_zh,
        recommended.recommended_limit,
        case
            when controls.control_type = 'credit_limit' then cast(customers.credit_limit as decimal(18, 2))
        end
            as credit_limit,
        recommended.recommended_terms_days,
        case when controls.control_type = 'payment_terms' then cast(customers.terms_days as int) end
            as terms_days,
        controls.watched_measure,
        controls.measured_value,
        controls.action_owner,
        controls.action_due_date,
        context.rules_version,
        context.run_id
    from controls
    cross join context
    inner join customers on controls.customer_key = customers.customer_key
    left join recommended
        on
            controls.customer_key = recommended.customer_key
            and controls.control_type = recommended.control_type
)

select * from final
