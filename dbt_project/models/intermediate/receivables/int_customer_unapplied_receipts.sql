-- Grain: one row per customer and currency: money received up to as_of and not applied to a known invoice
with

context as (

    select * from {{ ref('stg_run__context') }}

),

receipts as (

    select * from {{ ref('int_receipts') }}

),

allocations as (

    select * from {{ ref('int_receipt_allocations') }}

),

movements as (

    select
        customer_key,
        currency,
        receipt_date as movement_date,
        amount,
        {{ times_rate('amount', 'exchange_rate') }} as amount_base
    from receipts
    union all
    select
        receipt_customer_key as customer_key,
        receipt_currency as currency,
        applied_date as movement_date,
        -applied_amount as amount,
        {{ times_rate('-applied_amount', 'receipt_exchange_rate') }} as amount_base
    from allocations
    where document_id is not null and receipt_customer_key is not null

),

final as (

    select
        movements.customer_key,
        movements.currency,
        cast(sum(movements.amount) as decimal(18, 2)) as unapplied_amount,
        cast(round(sum(movements.amount_base), 2) as decimal(18, 2)) as unapplied_amount_base
    from movements
    cross join context
    where movements.movement_date <= context.as_of_date
    group by movements.customer_key, movements.currency

)

select * from final
