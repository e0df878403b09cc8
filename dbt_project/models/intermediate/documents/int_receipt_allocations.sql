-- Grain: one row per receipt and invoice it pays, joined once: all that balances and behaviour need is here
-- It takes effect when money, invoice and application are all there. Without an invoice it is not applied.
with

books_allocations as (

    select * from {{ ref('stg_zoho_books__payment_allocations') }}

),

fxiaoke_allocations as (

    select * from {{ ref('int_fxiaoke_allocations') }}

),

files_allocations as (

    select * from {{ ref('stg_files__receipt_allocations') }}

),

invoice_numbers as (

    select * from {{ ref('int_invoice_numbers') }}

),

invoices as (

    select * from {{ ref('int_invoices') }}

),

receipts as (

    select * from {{ ref('int_receipts') }}

),

allocations as (

    select
        books_allocations.allocation_id,
        books_allocations.source_system,
        books_allocations.receipt_id,
        invoice_numbers.document_id,
        books_allocations.applied_date,
        books_allocations.currency,
        books_allocations.applied_amount,
        books_allocations.settled_amount
    from books_allocations
    left join invoice_numbers
        on
            books_allocations.source_system = invoice_numbers.source_system
            and books_allocations.document_number = invoice_numbers.document_number
    union all
    select
        allocation_id,
        source_system,
        receipt_id,
        document_id,
        applied_date,
        currency,
        applied_amount,
        settled_amount
    from fxiaoke_allocations
    union all
    select
        allocation_id,
        source_system,
        receipt_id,
        document_id,
        applied_date,
        currency,
        applied_amount,
        settled_amount
    from files_allocations

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
    where receipts.receipt_id is not null or allocations.source_system != 'zoho_books'

)

select * from final
