-- Grain: one row per customer and time it is in default by any rule
-- ended_date is exclusive, null while it lasts. Of all time known: what counts on a day is for other models.
with

levels as (

    select * from {{ ref('int_default_levels') }}

),

by_day as (

    select
        customer_key,
        level_date,
        sum(case when is_held then 1 else -1 end) as rules_begun
    from levels
    group by customer_key, level_date

),

counted as (

    select
        customer_key,
        level_date,
        sum(rules_begun) over (
            partition by customer_key
            order by level_date asc
            rows between unbounded preceding and current row
        ) as rules_held,
        rules_begun
    from by_day

),

turns as (

    select
        customer_key,
        level_date,
        rules_held > 0 as is_start,
        lead(level_date) over (partition by customer_key order by level_date asc) as next_turn
    from counted
    where (rules_held > 0) != (rules_held - rules_begun > 0)

),

final as (

    select
        customer_key,
        level_date as default_date,
        next_turn as ended_date
    from turns
    where is_start

)

select * from final
