-- Grain: one row per sales order, with its amount and whether its status says that it is none
-- An order that states no amount is worth its products.
with

orders as (

    select * from {{ ref('stg_fxiaoke__orders') }}

),

order_lines as (

    select * from {{ ref('stg_fxiaoke__order_lines') }}

),

status_values as (

    {{ values_of('orders', 'status') }}

),

products as (

    select
        order_id,
        cast(sum(amount) as decimal(18, 2)) as amount
    from order_lines
    group by order_id

),

final as (

    select
        orders.source_system,
        orders.order_id,
        orders.order_number,
        orders.source_customer_id,
        orders.contract_id,
        orders.order_date,
        orders.promised_date,
        orders.delivered_date,
        orders.currency,
        orders.exchange_rate,
        coalesce(orders.amount, products.amount) as amount,
        orders.receivable_amount,
        orders.delivered_amount,
        orders.invoiced_amount,
        orders.source_status,
        coalesce(status_values.canonical_value in ('draft', 'void'), false) as is_void,
        coalesce(orders.product_amount != products.amount, false) as differs_from_products,
        orders.closed_date,
        orders.reopened_date,
        orders.record_file,
        orders.record_line
    from orders
    left join products
        on orders.order_id = products.order_id
    left join status_values
        on
            orders.source_system = status_values.source
            and lower(trim(orders.source_status)) = status_values.source_value

)

select * from final
