-- Grain: one row per customer and type of control: the rule that holds for it, of several the one with the
-- least priority. A rule about a measure does not hold for a customer without it; the collection step is that
-- of mart_collections.
with context as (
    select as_of_date from {{ ref('stg_run__context') }}
),

customers as (
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
        rules.label_en,
        rules.label_zh,
        rules.watched_measure,
        measures.measure_value,
        rules.action_owner,
        {{ add_days('context.as_of_date', 'rules.due_days') }} as action_due_date,
        row_number() over (
            partition by customers.customer_key, rules.control_type
            order by rules.priority asc nulls last, rules.control_rule_id asc nulls last
        ) as place
    from customers
    cross join context
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
        label_en,
        label_zh,
        watched_measure,
        round(measure_value, 6) as measured_value,
        action_owner,
        action_due_date
    from matched
    where place = 1
    union all
    select
        customer_key,
        'collection_step' as control_type,
        step_id as control_rule_id,
        step_en as label_en,
        step_zh as label_zh,
        'intensity_score' as watched_measure,
        intensity_score as measured_value,
        responsible as action_owner,
        action_due_date
    from {{ ref('int_collection_steps') }}
)

select * from final
