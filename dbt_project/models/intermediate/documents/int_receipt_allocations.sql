-- Grain: one row per receipt and invoice it pays, joined once: all that balances and behaviour need is here
-- It takes effect when money, invoice and application are all there. Without an invoice it is not applied.
with

allocations as (

    select * from {{ ref('int_stated_allocations') }}

),

invoices as (

    select * from {{ ref('int_invoices') }}

),

receipts as (

    select * from {{ ref('int_receipts') }}

),

final as (

    select
        allocations.allocation_id,
        allocations.receipt_id,
        receipts.customer_key as receipt_customer_key,
        receipts.currency as receipt_currency,
        receipts.exchange_rate as receipt_exchange_rate,
        invoices.document_id,
        invoices.due_date,
        greatest(
            allocations.applied_date,
            coalesce(receipts.receipt_date, allocations.applied_date),
            coalesce(invoices.issue_date, allocations.applied_date)
        ) as applied_date,
        case
            when allocations.currency = invoices.currency and allocations.currency != receipts.currency
                then {{ in_currency_of('allocations.applied_amount', 'invoices', 'receipts') }}
            else allocations.applied_amount
        end as applied_amount,
        case
            when allocations.currency = receipts.currency and allocations.currency != invoices.currency
                then {{ in_currency_of('allocations.settled_amount', 'receipts', 'invoices') }}
            else allocations.settled_amount
        end as settled_amount
    from allocations
    left join receipts
        on allocations.receipt_id = receipts.receipt_id
    left join invoices
        on allocations.document_id = invoices.document_id
    -- in the books an allocation is part of its payment: no payment received, nothing applied
    where
        receipts.receipt_id is not null
        or allocations.source_system != 'zoho_books'
        or allocations.entity = 'reported_balances'

)

select * from final
