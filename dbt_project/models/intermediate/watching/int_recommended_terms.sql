-- Grain: one row per customer and type of control of control_rules: the limit and the longest terms its rule
-- recommends. The grade of a new or thin customer caps both; agreed terms are never lengthened.
with controls as (
    select * from {{ ref('int_customer_controls') }}
),

rules as (
    select * from {{ ref('stg_rules__control_rules') }}
),

assessments as (
    select * from {{ ref('int_new_customer_assessments') }}
),

customers as (
    select
        customers.customer_key,
        customers.terms_days,
        cast(coalesce(buying.revenue_365, 0) as double) / 12 as monthly_billing
    from {{ ref('int_customers') }} as customers
    left join {{ ref('int_customer_buying') }} as buying on customers.customer_key = buying.customer_key
),

final as (
    select
        controls.customer_key,
        controls.control_type,
        cast(
            case
                when rules.limit_months = 0 then 0
                when rules.limit_months > 0 and assessments.customer_key is not null
                    then least(
                        assessments.limit_cap,
                        greatest(
                            assessments.starting_limit,
                            round(rules.limit_months * customers.monthly_billing, -3)
                        )
                    )
                when rules.limit_months > 0 then round(rules.limit_months * customers.monthly_billing, -3)
            end as decimal(18, 2)
        ) as recommended_limit,
        cast(
            case
                when rules.terms_to is not null
                    then least(
                        rules.terms_to,
                        coalesce(assessments.terms_days, rules.terms_to),
                        coalesce(customers.terms_days, rules.terms_to)
                    )
            end as int
        ) as recommended_terms_days
    from controls
    inner join rules
        on
            controls.control_type = rules.control_type
            and controls.control_rule_id = rules.control_rule_id
    inner join customers on controls.customer_key = customers.customer_key
    left join assessments on controls.customer_key = assessments.customer_key
)

select * from final
