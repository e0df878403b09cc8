-- Grain: one row per payment whose parts add up to more than it: the rest of them settles nothing
{{ config(materialized='view') }}

with

payments as (

    select * from {{ ref('stg_fxiaoke__payments') }}

),

allocations as (

    select * from {{ ref('stg_fxiaoke__payment_allocations') }}

),

parted as (

    select
        receipt_id,
        sum(amount) as amount
    from allocations
    group by receipt_id

),

final as (

    select
        payments.source_system,
        payments.receipt_id,
        payments.amount,
        parted.amount as allocated_amount,
        payments.record_file,
        payments.record_line
    from payments
    inner join parted
        on payments.receipt_id = parted.receipt_id
    where parted.amount > payments.amount

)

select * from final
