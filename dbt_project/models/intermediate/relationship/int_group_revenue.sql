-- Grain: one row per customer: the year's revenue of the group it belongs to, itself included
with members as (
    select
        customer_groups.customer_key,
        customer_groups.group_key,
        coalesce(buying.revenue_365, 0) as revenue_365
    from {{ ref('int_customer_groups') }} as customer_groups
    left join {{ ref('int_customer_buying') }} as buying
        on customer_groups.customer_key = buying.customer_key
),

final as (
    select
        customer_key,
        group_key,
        cast(sum(revenue_365) over (partition by group_key) as decimal(18, 2)) as group_revenue_365
    from members
)

select * from final
