-- Grain: one row per whole month and ageing bucket but the last: its balance, and what of it stood in the
-- next bucket a month later. Into the open-ended last bucket, only what was not in it before counts.
with

months as (

    select * from {{ ref('int_control_months') }}
    where is_shown and is_complete

),

buckets as (

    select
        ageing_bucket,
        sort_order,
        lead(ageing_bucket) over (order by sort_order asc nulls last) as next_bucket,
        lead(dpd_to) over (order by sort_order asc nulls last) as next_dpd_to
    from {{ ref('stg_rules__ageing_buckets') }}
    where not is_credit

),

balances as (

    select * from {{ ref('int_month_buckets') }}

),

final as (

    select
        months.month_end,
        months.previous_month_end,
        buckets.ageing_bucket,
        buckets.next_bucket,
        buckets.sort_order,
        coalesce(earlier.balance_base, 0) as balance_base,
        coalesce(case when buckets.next_dpd_to is null then later.entered_base else later.balance_base end, 0)
            as rolled_base
    from months
    cross join buckets
    left join balances as earlier
        on months.months_back + 1 = earlier.months_back and buckets.ageing_bucket = earlier.ageing_bucket
    left join balances as later
        on months.months_back = later.months_back and buckets.next_bucket = later.ageing_bucket
    where buckets.next_bucket is not null

)

select * from final
