-- Grain: one row per earned lot of points known at as_of: what is left of it
-- Points are used up in the order in which they expire, then in which they were earned.
with context as (
    select as_of_date from {{ ref('stg_run__context') }}
),

entries as (
    select
        entries.entry_id,
        entries.customer_key,
        coalesce(entries.plan, '') as plan,
        entries.entry_date,
        entries.expiry_date,
        entries.points,
        entries.entry_type = 'earned' or (entries.entry_type = 'adjusted' and entries.points > 0) as is_lot
    from {{ ref('int_loyalty_entries') }} as entries
    cross join context
    where entries.customer_key is not null and entries.entry_date <= context.as_of_date
),

used as (
    select
        customer_key,
        plan,
        sum(abs(points)) as points_used
    from entries
    where not is_lot
    group by customer_key, plan
),

lots as (
    select
        *,
        sum(points) over (
            partition by customer_key, plan
            order by expiry_date asc nulls last, entry_date asc nulls last, entry_id asc nulls last
            rows between unbounded preceding and current row
        ) as points_upto
    from entries
    where is_lot
),

final as (
    select
        lots.entry_id,
        lots.customer_key,
        lots.plan,
        lots.entry_date,
        lots.expiry_date,
        cast(
            greatest(least(lots.points, lots.points_upto - coalesce(used.points_used, 0)), 0) as decimal(
                18, 2
            )
        ) as points_left
    from lots
    left join used on lots.customer_key = used.customer_key and lots.plan = used.plan
)

select * from final
