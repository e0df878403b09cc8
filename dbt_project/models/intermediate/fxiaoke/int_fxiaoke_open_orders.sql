-- Grain: one row per sales order that is a claim by itself: one without a payment plan
-- Its amount is what it says is still to be paid, plus what payments and returns took off before: so it
-- stands at its own receivable amount today, and on any day before at what was open then.
with

orders as (

    select * from {{ ref('int_fxiaoke_priced_orders') }}

),

plans as (

    select * from {{ ref('stg_fxiaoke__payment_plans') }}

),

parts as (

    select * from {{ ref('int_fxiaoke_payment_parts') }}

),

returned_goods as (

    select * from {{ ref('stg_fxiaoke__returned_goods') }}

),

planned as (

    select order_id
    from plans
    where order_id is not null
    group by order_id

),

settlements as (

    select
        order_id,
        currency,
        amount
    from parts
    where amount > 0
    union all
    select
        order_id,
        currency,
        amount
    from returned_goods
    where amount > 0

),

settled as (

    select
        order_id,
        currency,
        sum(amount) as amount
    from settlements
    where order_id is not null
    group by order_id, currency

),

final as (

    select
        orders.*,
        cast(
            case
                when orders.receivable_amount is null then orders.amount
                else orders.receivable_amount + coalesce(settled.amount, 0)
            end as decimal(18, 2)
        ) as claimed_amount
    from orders
    left join planned
        on orders.order_id = planned.order_id
    left join settled
        on orders.order_id = settled.order_id and orders.currency = settled.currency
    where planned.order_id is null and not orders.is_void

)

select * from final
