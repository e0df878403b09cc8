-- Grain: one row per customer that a hard rule holds for: the strictest one. It raises the tier and leaves
-- the score.
with overdue as (
    select
        customer_key,
        dpd,
        balance_base
    from {{ ref('int_document_balances') }}
    where document_type = 'invoice' and balance_base > 0 and dpd > 0
),

hard_rules as (
    select
        hard_rules.rule_id,
        hard_rules.days,
        hard_rules.amount,
        risk_tiers.rank as minimum_rank
    from {{ ref('stg_rules__hard_rules') }} as hard_rules
    inner join
        {{ ref('stg_rules__risk_tiers') }} as risk_tiers
        on hard_rules.minimum_tier = risk_tiers.risk_tier
),

hits as (
    select
        overdue.customer_key,
        hard_rules.rule_id,
        hard_rules.minimum_rank
    from overdue
    inner join hard_rules on overdue.dpd >= hard_rules.days
    group by overdue.customer_key, hard_rules.rule_id, hard_rules.minimum_rank, hard_rules.amount
    having sum(overdue.balance_base) > hard_rules.amount
),

ranked as (
    select
        *,
        row_number() over (
            partition by customer_key order by minimum_rank desc nulls last, rule_id asc nulls last
        ) as strictness
    from hits
),

final as (
    select
        customer_key,
        rule_id as hard_rule,
        minimum_rank
    from ranked
    where strictness = 1
)

select * from final
