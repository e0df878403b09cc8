-- Grain: one row per ageing bucket but credit: how much of it rolls on by the month, and leads to a loss
-- Rates are of all months together, by balance. What is beyond the last bucket is lost at the rule's rate.
with

capped as (

    select * from {{ ref('int_bucket_roll_shares') }}

),

rates as (

    select * from {{ ref('stg_rules__provision_rates') }}

),

buckets as (

    select
        ageing_buckets.ageing_bucket,
        ageing_buckets.sort_order,
        rates.floor_rate,
        rates.fallback_rate
    from {{ ref('stg_rules__ageing_buckets') }} as ageing_buckets
    inner join rates on ageing_buckets.ageing_bucket = rates.ageing_bucket
    where not ageing_buckets.is_credit

),

last_bucket as (

    select
        ageing_bucket,
        fallback_rate,
        sort_order
    from buckets
    order by sort_order desc nulls last
    limit 1

),

chained as (

    select
        buckets.*,
        capped.months,
        round(capped.roll_rate, 6) as roll_rate,
        last_bucket.fallback_rate as last_rate,
        buckets.ageing_bucket = last_bucket.ageing_bucket as is_last,
        min(
            case when buckets.ageing_bucket != last_bucket.ageing_bucket then coalesce(capped.months, 0) end
        ) over (
            order by buckets.sort_order desc nulls last rows between unbounded preceding and current row
        ) as least_months,
        min(capped.roll_rate) over (
            order by buckets.sort_order desc nulls last rows between unbounded preceding and current row
        ) as least_rate,
        {{ exact_sum(
            'ln(nullif(capped.roll_rate, 0))',
            over='order by buckets.sort_order desc nulls last rows between unbounded preceding and current row'
        ) }} as log_rate
    from buckets
    cross join last_bucket
    left join capped on buckets.ageing_bucket = capped.ageing_bucket

),

final as (

    select
        ageing_bucket,
        sort_order,
        floor_rate,
        fallback_rate,
        cast(months as int) as months,
        roll_rate,
        cast(least_months as int) as least_months,
        round(
            case when is_last then last_rate when least_rate = 0 then 0 else exp(log_rate) * last_rate end,
            6
        ) as rolled_rate
    from chained

)

select * from final
