-- Grain: one row per ageing bucket: the share of its balance that is provided for, and where it comes from
-- Observed where debt was seen to age for long enough, never below the floor; older debt is never safer.
with

rolls as (

    select * from {{ ref('int_bucket_roll_rates') }}

),

parameters as (

    select max(case when parameter = 'provision_min_months' then value end) as min_months
    from {{ ref('stg_rules__model_parameters') }}

),

sourced as (

    select
        rolls.*,
        case
            when coalesce(rolls.least_months, 0) < parameters.min_months then 'fallback'
            when rolls.rolled_rate < rolls.floor_rate then 'floor'
            else 'observed'
        end as rate_source,
        case
            when coalesce(rolls.least_months, 0) < parameters.min_months then rolls.fallback_rate
            else greatest(rolls.rolled_rate, rolls.floor_rate)
        end as loss_rate
    from rolls
    cross join parameters

),

aged as (

    select
        *,
        max(loss_rate) over (
            order by sort_order asc nulls last rows between unbounded preceding and current row
        ) as highest_rate
    from sourced

),

final as (

    select
        ageing_bucket,
        months,
        roll_rate,
        case when least_months is not null then rolled_rate end as rolled_rate,
        case when highest_rate > loss_rate then 'younger' else rate_source end as rate_source,
        cast(round(highest_rate, 6) as double) as loss_rate
    from aged
    union all
    select
        ageing_bucket,
        cast(null as int) as months,
        cast(null as double) as roll_rate,
        cast(null as double) as rolled_rate,
        'rule' as rate_source,
        cast(0 as double) as loss_rate
    from {{ ref('stg_rules__ageing_buckets') }}
    where is_credit

)

select * from final
