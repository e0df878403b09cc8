-- Grain: one row per claim: a payment plan, or an order without any plan
-- A plan is owed from its order's day on. An order has no due date: it falls due by the customer's terms.
with

plans as (

    select * from {{ ref('stg_fxiaoke__payment_plans') }}

),

orders as (

    select * from {{ ref('int_fxiaoke_priced_orders') }}

),

open_orders as (

    select * from {{ ref('int_fxiaoke_open_orders') }}

),

final as (

    select
        plans.source_system,
        'payment_plans' as entity,
        plans.document_id,
        plans.document_number,
        plans.source_customer_id,
        plans.order_id,
        least(coalesce(orders.order_date, plans.created_date, plans.due_date), plans.due_date) as issue_date,
        plans.due_date,
        cast(null as int) as terms_days,
        plans.currency,
        coalesce(plans.exchange_rate, orders.exchange_rate) as exchange_rate,
        plans.amount,
        'issued' as source_status,
        plans.record_file,
        plans.record_line
    from plans
    left join orders
        on plans.order_id = orders.order_id and plans.currency = orders.currency
    where not coalesce(orders.is_void, false)
    union all
    select
        source_system,
        'sales_orders' as entity,
        'fxiaoke:order:' || substr(order_id, 9) as document_id,
        order_number as document_number,
        source_customer_id,
        order_id,
        order_date as issue_date,
        cast(null as date) as due_date,
        cast(null as int) as terms_days,
        currency,
        exchange_rate,
        claimed_amount as amount,
        'issued' as source_status,
        record_file,
        record_line
    from open_orders
    where claimed_amount > 0

)

select * from final
