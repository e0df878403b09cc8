-- Grain: one row per override of a tier decided up to as_of, whether it counts, and what came of it:
-- lowered is right while the customer is not in default at its end, raised is right when it is.
with context as (
    select * from {{ ref('stg_run__context') }}
),

overrides as (
    select * from {{ ref('int_risk_overrides') }}
),

ranks as (
    select
        risk_tier,
        rank
    from {{ ref('stg_rules__risk_tiers') }}
),

dates as (
    select
        as_of_date,
        customer_key,
        is_default
    from {{ ref('fct_customer_risk') }}
    union all
    select
        history.as_of_date,
        history.customer_key,
        history.is_default
    from {{ ref('stg_history__customer_tiers') }} as history
    cross join context
    where history.as_of_date < context.as_of_date
),

ended as (
    select
        overrides.override_id,
        dates.is_default,
        row_number() over (
            partition by overrides.override_id order by dates.as_of_date desc nulls last
        ) as newest_first
    from overrides
    inner join dates
        on
            overrides.customer_key = dates.customer_key
            and overrides.approved_date <= dates.as_of_date
            and overrides.override_expiry_date >= dates.as_of_date
),

final as (
    select
        {{ md5_key(['context.as_of_date', 'overrides.override_id']) }} as risk_override_key,
        context.as_of_date,
        overrides.override_id,
        overrides.customer_key,
        overrides.old_tier,
        overrides.new_tier,
        overrides.model_risk_tier,
        overrides.requested_by,
        overrides.approved_by,
        overrides.approved_date,
        overrides.override_expiry_date,
        overrides.override_status,
        case
            when overrides.override_expiry_date > context.as_of_date or ended.override_id is null then 'open'
            when (new_ranks.rank > old_ranks.rank) = ended.is_default then 'right'
            else 'wrong'
        end as override_outcome,
        context.rules_version,
        context.run_id
    from overrides
    cross join context
    left join ranks as old_ranks on overrides.old_tier = old_ranks.risk_tier
    left join ranks as new_ranks on overrides.new_tier = new_ranks.risk_tier
    left join ended on overrides.override_id = ended.override_id and ended.newest_first = 1
)

select * from final
