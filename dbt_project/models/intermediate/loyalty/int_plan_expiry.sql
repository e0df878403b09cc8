-- Grain: one row per customer and loyalty plan with earned points by as_of: what of them is about to expire
with context as (
    select as_of_date from {{ ref('stg_run__context') }}
),

parameters as (
    select max(value) as expiring_days
    from {{ ref('stg_rules__model_parameters') }}
    where parameter = 'points_expiring_days'
),

aged as (
    select
        lots.*,
        {{ days_between('context.as_of_date', 'lots.expiry_date') }} as days_left,
        parameters.expiring_days
    from {{ ref('int_loyalty_lots') }} as lots
    cross join context
    cross join parameters
    where lots.points_left > 0
),

final as (
    select
        customer_key,
        plan,
        cast(
            sum(case when days_left > 0 and days_left <= expiring_days then points_left else 0 end)
            as decimal(18, 2)
        ) as points_expiring,
        cast(sum(case when days_left <= 0 then points_left else 0 end) as decimal(18, 2))
            as points_past_expiry,
        min(case when days_left > 0 then expiry_date end) as next_expiry_date
    from aged
    group by customer_key, plan
)

select * from final
