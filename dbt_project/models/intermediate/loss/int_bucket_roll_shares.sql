-- Grain: one row per ageing bucket that debt was seen in: the share of its balance that rolls on by the month
with

rolls as (

    select * from {{ ref('int_bucket_rolls') }}

),

averaged as (

    select
        ageing_bucket,
        sum(case when balance_base > 0 then 1 else 0 end) as months,
        cast(sum(rolled_base) as double)
        / nullif(cast(sum(case when balance_base > 0 then balance_base else 0 end) as double), 0) as share
    from rolls
    group by ageing_bucket

),

-- more may stand in the next bucket than came from this one: a rate is at most 1
final as (

    select
        ageing_bucket,
        months,
        case when share > 1 then 1 else share end as roll_rate
    from averaged

)

select * from final
