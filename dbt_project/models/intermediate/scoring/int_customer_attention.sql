-- Grain: one row per customer: how much attention its value and its risk ask for, and what is to be done
with context as (
    select as_of_date from {{ ref('stg_run__context') }}
),

final as (
    select
        tiers.customer_key,
        matrix.rule_id as attention_rule,
        matrix.attention_level,
        matrix.action_en,
        matrix.action_zh,
        {{ add_days('context.as_of_date', 'matrix.respond_days') }} as action_due_date
    from {{ ref('int_customer_tiers') }} as tiers
    cross join context
    inner join {{ ref('stg_rules__attention_matrix') }} as matrix
        on tiers.value_tier = matrix.value_tier and tiers.risk_tier = matrix.risk_tier
)

select * from final
