-- Fails if money received in a currency is neither applied to an invoice nor listed as unapplied.
with

received as (

    select
        receipts.currency,
        sum(receipts.amount) as amount
    from {{ ref('int_receipts') }} as receipts
    cross join {{ ref('stg_run__context') }} as context
    where receipts.receipt_date <= context.as_of_date
    group by receipts.currency

),

applied as (

    select
        allocations.receipt_currency as currency,
        sum(allocations.applied_amount) as amount
    from {{ ref('int_receipt_allocations') }} as allocations
    cross join {{ ref('stg_run__context') }} as context
    where
        allocations.document_id is not null
        and allocations.receipt_customer_key is not null
        and allocations.applied_date <= context.as_of_date
    group by allocations.receipt_currency

),

unapplied as (

    select
        currency,
        sum(unapplied_amount) as amount
    from {{ ref('int_customer_unapplied_receipts') }}
    group by currency

)

select received.currency
from received
left join applied
    on received.currency = applied.currency
left join unapplied
    on received.currency = unapplied.currency
where received.amount != coalesce(applied.amount, 0) + coalesce(unapplied.amount, 0)
