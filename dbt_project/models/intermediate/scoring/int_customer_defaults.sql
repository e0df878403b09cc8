-- Grain: one row per customer in default: by days past due, a write-off or proceedings against it. The hard
-- rules say which of them is a default; the strictest one is the reason.
with ranked as (
    select
        *,
        row_number() over (
            partition by customer_key order by minimum_rank desc nulls last, rule_id asc nulls last
        ) as strictness
    from {{ ref('int_hard_rule_matches') }}
    where is_default
),

final as (
    select
        customer_key,
        trigger_type as default_reason
    from ranked
    where strictness = 1
)

select * from final
