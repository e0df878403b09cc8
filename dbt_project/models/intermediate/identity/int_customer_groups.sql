-- Grain: one row per customer: its group, which is named after the ultimate parent
-- Each round doubles the steps taken: five reach 32 levels. In a ring of parents the smallest key is the top.
with

customers as (

    select * from {{ ref('int_customers') }}

),

round_0 as (

    select
        customer_key,
        coalesce(parent_customer_key, customer_key) as ancestor_key,
        least(customer_key, coalesce(parent_customer_key, customer_key)) as smallest_key,
        case when parent_customer_key is null then 0 else 1 end as steps
    from customers

),

{% for round in range(1, 6) %}

round_{{ round }} as (

    select
        members.customer_key,
        ancestors.ancestor_key,
        least(members.smallest_key, ancestors.smallest_key) as smallest_key,
        members.steps + ancestors.steps as steps
    from round_{{ round - 1 }} as members
    inner join round_{{ round - 1 }} as ancestors
        on members.ancestor_key = ancestors.customer_key

),
{% endfor %}

final as (

    select
        round_5.customer_key,
        case when tops.steps = 0 then round_5.ancestor_key else tops.smallest_key end as group_key,
        case when tops.steps = 0 then round_5.steps end as levels_below_top,
        tops.steps > 0 as is_in_ring
    from round_5
    inner join round_5 as tops
        on round_5.ancestor_key = tops.customer_key

)

select * from final
