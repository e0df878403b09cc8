-- Grain: one row per customer to be kept: the step of the first retention rule whose conditions all hold
with context as (
    select as_of_date from {{ ref('stg_run__context') }}
),

customers as (
    select
        scores.customer_key,
        scores.score as churn_score,
        customer_values.value_tier,
        customer_values.value_rank,
        coalesce(outlook.revenue_at_risk, 0) as revenue_at_risk
    from {{ ref('int_dimension_scores') }} as scores
    inner join {{ ref('int_customer_values') }} as customer_values
        on scores.customer_key = customer_values.customer_key
    left join {{ ref('int_customer_outlook') }} as outlook on scores.customer_key = outlook.customer_key
    where scores.dimension = 'churn' and scores.score is not null
),

rules as (
    select * from {{ ref('stg_rules__retention_rules') }}
),

ranked as (
    select
        customers.*,
        rules.rule_id as retention_rule,
        rules.action_en,
        rules.action_zh,
        rules.responsible,
        {{ add_days('context.as_of_date', 'rules.respond_days') }} as action_due_date,
        row_number() over (
            partition by customers.customer_key
            order by rules.priority asc nulls last, rules.rule_id asc nulls last
        ) as rule_position
    from customers
    cross join context
    inner join rules
        on
            customers.churn_score >= rules.score_from
            and customers.value_rank >= rules.value_rank_from
            and customers.revenue_at_risk >= rules.revenue_at_risk_from
    left join {{ ref('int_factor_points') }} as factor_points
        on
            customers.customer_key = factor_points.customer_key
            and rules.factor_id = factor_points.factor_id
    where rules.factor_id is null or factor_points.points >= rules.points_from
),

final as (
    select
        customer_key,
        churn_score,
        value_tier,
        revenue_at_risk,
        retention_rule,
        action_en,
        action_zh,
        responsible,
        action_due_date
    from ranked
    where rule_position = 1
)

select * from final
