-- Grain: one row per whole month and ageing bucket: what of its balance stood in the next bucket a month
-- later. Into the open-ended last bucket, only what was not in it before counts.
with context as (
    select * from {{ ref('stg_run__context') }}
),

rolled as (
    select * from {{ ref('int_bucket_rolls') }}
),

final as (
    select
        {{ md5_key(['context.as_of_date', 'rolled.month_end', 'rolled.ageing_bucket']) }} as roll_rate_key,
        context.as_of_date,
        rolled.month_end,
        rolled.previous_month_end,
        rolled.ageing_bucket,
        rolled.next_bucket,
        rolled.sort_order,
        cast(rolled.balance_base as decimal(18, 2)) as balance_base,
        cast(rolled.rolled_base as decimal(18, 2)) as rolled_base,
        cast(
            round(
                cast(rolled.rolled_base as double) / nullif(cast(rolled.balance_base as double), 0), 6
            ) as double
        ) as roll_rate,
        context.rules_version,
        context.run_id
    from rolled
    cross join context
)

select * from final
