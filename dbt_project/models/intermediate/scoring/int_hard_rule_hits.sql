-- Grain: one row per customer that a hard rule holds for: the strictest one. It raises the tier and leaves
-- the score.
with ranked as (
    select
        *,
        row_number() over (
            partition by customer_key order by minimum_rank desc nulls last, rule_id asc nulls last
        ) as strictness
    from {{ ref('int_hard_rule_matches') }}
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
