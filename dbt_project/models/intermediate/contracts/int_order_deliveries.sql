-- Grain: one row per order whose delivery was promised for a day up to as_of: delivered when, how late
-- A closed order without a delivery day tells neither; drafts and void orders promise nothing.
with

orders as (

    select * from {{ ref('int_orders') }}

),

context as (

    select as_of_date from {{ ref('stg_run__context') }}

),

parameters as (

    select max(case when parameter = 'contract_lookback_days' then value end) as lookback_days
    from {{ ref('stg_rules__model_parameters') }}

),

dated as (

    select
        orders.order_id,
        orders.customer_key,
        orders.contract_id,
        orders.promised_date,
        coalesce(orders.delivered_date <= context.as_of_date, false) as is_delivered,
        {{ days_between(
            'orders.promised_date', 'least(coalesce(orders.delivered_date, context.as_of_date), context.as_of_date)'
        ) }} as slippage_days,
        {{ days_between('orders.promised_date', 'context.as_of_date') }}
        < parameters.lookback_days as is_recent
    from orders
    cross join context
    cross join parameters
    where
        orders.promised_date <= context.as_of_date
        and orders.order_date <= context.as_of_date
        and orders.status in ('open', 'closed')
        and (
            orders.delivered_date is not null
            or orders.status = 'open'
            or orders.closed_date > context.as_of_date
        )

),

final as (

    select
        order_id,
        customer_key,
        contract_id,
        promised_date,
        is_delivered,
        slippage_days > 0 as is_late,
        greatest(slippage_days, 0) as days_late,
        is_recent
    from dated

)

select * from final
