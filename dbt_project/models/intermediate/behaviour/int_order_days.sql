-- Grain: one row per customer and day with an order
-- followed_date is the first invoice from that day on: until then the order is the sign of buying, afterwards
-- the invoice is, so that nothing is counted twice. What the order's own record says of invoices is of today:
-- on a past date it would tell what came later.
with orders as (
    select
        customer_key,
        order_date,
        count(*) as orders
    from {{ ref('int_orders') }}
    where
        customer_key is not null
        and status in ('open', 'closed')
    group by customer_key, order_date
),

ordering as (
    select distinct customer_key from orders
),

invoices as (
    select distinct
        invoices.customer_key,
        invoices.issue_date
    from {{ ref('int_invoices') }} as invoices
    inner join ordering on invoices.customer_key = ordering.customer_key
),

events as (
    select
        customer_key,
        order_date as event_date,
        orders,
        cast(null as date) as issue_date
    from orders
    union all
    select
        customer_key,
        issue_date as event_date,
        0 as orders,
        issue_date
    from invoices
),

followed as (
    select
        customer_key,
        event_date as order_date,
        orders,
        min(issue_date) over (
            partition by customer_key
            order by event_date asc nulls first
            range between current row and unbounded following
        ) as followed_date
    from events
),

final as (
    select
        customer_key,
        order_date,
        cast(orders as int) as orders,
        followed_date
    from followed
    where orders > 0
)

select * from final
