-- Grain: one row per payment and the order and plan that a part of it is for
-- Corrections are netted, no more is parted than was paid, and a payment without parts is for its order.
with

payments as (

    select * from {{ ref('stg_fxiaoke__payments') }}

),

allocations as (

    select * from {{ ref('stg_fxiaoke__payment_allocations') }}

),

netted as (

    select
        receipt_id,
        order_id,
        document_id,
        min(allocation_id) as allocation_id,
        sum(amount) as amount,
        'order_payments' as entity,
        min(record_file) as record_file,
        min(record_line) as record_line
    from allocations
    group by receipt_id, order_id, document_id

),

parted as (

    select receipt_id
    from allocations
    group by receipt_id

),

stated as (

    select * from netted
    where amount > 0
    union all
    select
        payments.receipt_id,
        payments.order_id,
        cast(null as string) as document_id,
        payments.receipt_id || ':whole' as allocation_id,
        payments.amount,
        'payments' as entity,
        payments.record_file,
        payments.record_line
    from payments
    left join parted
        on payments.receipt_id = parted.receipt_id
    where parted.receipt_id is null and payments.order_id is not null and payments.amount > 0

),

summed as (

    select
        *,
        sum(amount) over (
            partition by receipt_id
            order by allocation_id asc rows between unbounded preceding and current row
        ) as amount_so_far
    from stated

),

final as (

    select
        summed.allocation_id,
        summed.receipt_id,
        summed.order_id,
        summed.document_id,
        payments.receipt_date,
        payments.currency,
        cast(
            least(summed.amount, payments.amount - summed.amount_so_far + summed.amount) as decimal(18, 2)
        ) as amount,
        summed.entity,
        summed.record_file,
        summed.record_line
    from summed
    -- a part of a payment that does not count is no money
    inner join payments
        on summed.receipt_id = payments.receipt_id
    where payments.amount > summed.amount_so_far - summed.amount

)

select * from final
