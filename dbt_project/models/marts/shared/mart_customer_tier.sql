-- Grain: one row per customer: its tiers at this version's as_of date, what the tier was before, and why.
with context as (
    select * from {{ ref('stg_run__context') }}
),

customers as (
    select * from {{ ref('int_customers') }}
),

risks as (
    select * from {{ ref('fct_customer_risk') }}
),

changes as (
    select * from {{ ref('int_customer_tier_changes') }}
),

customer_values as (
    select * from {{ ref('int_customer_values') }}
),

attention as (
    select * from {{ ref('int_customer_attention') }}
),

reasons as (
    select * from {{ ref('int_customer_reasons') }}
),

final as (
    select
        risks.customer_key,
        context.as_of_date,
        risks.customer_id,
        customers.customer_name,
        customers.customer_type,
        risks.risk_tier,
        changes.previous_risk_tier,
        changes.risk_tier_since,
        risks.value_tier,
        cast(customer_values.importance_score as double) as importance_score,
        customer_values.importance_class,
        cast(customer_values.contribution_score as double) as contribution_score,
        customer_values.contribution_class,
        attention.attention_level,
        attention.attention_rule,
        attention.action_en,
        attention.action_zh,
        attention.action_due_date,
        risks.composite_score,
        risks.evidence_weight,
        risks.assessment_path,
        risks.next_review_date,
        risks.hard_rule,
        {% for position in [1, 2, 3] %}
        reasons.reason_{{ position }}_code,
        reasons.reason_{{ position }}_en,
        reasons.reason_{{ position }}_zh,
        {% endfor %}
        risks.exposure,
        risks.credit_limit,
        risks.headroom,
        context.rules_version,
        context.run_id
    from risks
    cross join context
    inner join customers on risks.customer_key = customers.customer_key
    left join customer_values on risks.customer_key = customer_values.customer_key
    left join attention on risks.customer_key = attention.customer_key
    left join changes on risks.customer_key = changes.customer_key
    left join reasons on risks.customer_key = reasons.customer_key
)

select * from final
