-- Grain: one row per customer and loyalty plan with an entry by as_of. Points of plans are never added up
-- The balance is what the entries say: earned - redeemed - expired + adjusted. is_main_plan: the plan whose
-- points can be spent, of several the one last used.
with context as (
    select as_of_date from {{ ref('stg_run__context') }}
),

combined as (
    select
        entries.*,
        coalesce(plans.is_spendable, true) as is_spendable,
        coalesce(expiry.points_expiring, 0) as points_expiring,
        coalesce(expiry.points_past_expiry, 0) as points_past_expiry,
        expiry.next_expiry_date,
        {{ days_between('entries.last_points_date', 'context.as_of_date') }} as points_silence_days,
        row_number() over (
            partition by entries.customer_key
            order by
                coalesce(plans.is_spendable, true) desc nulls last,
                entries.last_points_date desc nulls last,
                entries.plan asc nulls last
        ) as plan_position
    from {{ ref('int_plan_entries') }} as entries
    cross join context
    left join {{ ref('int_plan_expiry') }} as expiry
        on entries.customer_key = expiry.customer_key and entries.plan = expiry.plan
    left join {{ ref('stg_rules__loyalty_plans') }} as plans on entries.plan = plans.plan
),

final as (
    select
        customer_key,
        plan,
        plan_tier,
        is_spendable,
        plan_position = 1 and is_spendable as is_main_plan,
        loyalty_entries,
        points_earned,
        points_redeemed,
        points_expired,
        points_adjusted,
        cast(points_earned - points_redeemed - points_expired + points_adjusted as decimal(18, 2))
            as points_balance,
        points_expiring,
        points_past_expiry,
        next_expiry_date,
        last_points_date,
        points_silence_days,
        -- least() skips nulls: nothing earned would be everything used
        case when recently_earned > 0 then round(least(recently_redeemed / recently_earned, 1), 6) end
            as points_used_share
    from combined
)

select * from final
