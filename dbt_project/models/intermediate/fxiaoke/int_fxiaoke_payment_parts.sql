-- Grain: one row per part of a payment that names an order or a plan
-- A payment without parts of its own is one part, for the order it names.
{{ config(materialized='view') }}

with

payments as (

    select * from {{ ref('stg_fxiaoke__payments') }}

),

allocations as (

    select * from {{ ref('stg_fxiaoke__payment_allocations') }}

),

allocated as (

    select receipt_id
    from allocations
    group by receipt_id

),

final as (

    select
        allocations.allocation_id,
        allocations.receipt_id,
        allocations.order_id,
        allocations.document_id,
        payments.receipt_date,
        payments.currency,
        allocations.amount,
        allocations.record_file,
        allocations.record_line
    from allocations
    -- a part of a payment that does not count is no money
    inner join payments
        on allocations.receipt_id = payments.receipt_id
    union all
    select
        payments.receipt_id || ':whole' as allocation_id,
        payments.receipt_id,
        payments.order_id,
        cast(null as string) as document_id,
        payments.receipt_date,
        payments.currency,
        payments.amount,
        payments.record_file,
        payments.record_line
    from payments
    left join allocated
        on payments.receipt_id = allocated.receipt_id
    where allocated.receipt_id is null and payments.order_id is not null

)

select * from final
