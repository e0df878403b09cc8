-- Grain: one row per customer and type of control: the rule that holds for it, of several the one with the
-- least priority. A rule about a measure does not hold for a customer without it.
with customers as (
    select
        tiers.customer_key,
        tiers.risk_tier,
        tiers.value_tier,
        paths.assessment_path
    from {{ ref('int_customer_tiers') }} as tiers
    inner join {{ ref('int_customer_paths') }} as paths on tiers.customer_key = paths.customer_key
),

rules as (
    select * from {{ ref('stg_rules__control_rules') }}
),

measures as (
    select * from {{ ref('int_watched_measures') }}
),

matched as (
    select
        customers.customer_key,
        rules.control_type,
        rules.control_rule_id,
        measures.measure_value,
        row_number() over (
            partition by customers.customer_key, rules.control_type
            order by rules.priority asc nulls last, rules.control_rule_id asc nulls last
        ) as place
    from customers
    inner join rules
        on
            customers.risk_tier = coalesce(rules.risk_tier, customers.risk_tier)
            and customers.value_tier = coalesce(rules.value_tier, customers.value_tier)
            and customers.assessment_path = coalesce(rules.assessment_path, customers.assessment_path)
    left join measures
        on customers.customer_key = measures.customer_key and rules.watched_measure = measures.watched_measure
    where
        rules.watched_measure is null
        or (
            round(measures.measure_value, 6) >= coalesce(rules.min_value, round(measures.measure_value, 6))
            and (round(measures.measure_value, 6) < rules.max_value or rules.max_value is null)
        )
),

final as (
    select
        customer_key,
        control_type,
        control_rule_id,
        round(measure_value, 6) as measured_value
    from matched
    where place = 1
)

select * from final
