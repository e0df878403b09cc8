-- Grain: one row per invoice that is a claim (drafts and voided invoices are none)
-- Derived states such as Overdue or Paid map to issued: whether it is paid is recomputed from the receipts.
{{ config(materialized='view') }}

with

books_invoices as (

    select * from {{ ref('stg_zoho_books__invoices') }}

),

files_invoices as (

    select * from {{ ref('stg_files__invoices') }}

),

statuses as (

    select
        lower(trim(source_value)) as source_value,
        canonical_value
    from {{ ref('stg_rules__value_mappings') }}
    where source = 'zoho_books' and entity = 'invoices' and column_name = 'status'

),

final as (

    select
        books_invoices.document_id,
        books_invoices.source_system,
        books_invoices.document_number,
        books_invoices.source_customer_id,
        books_invoices.issue_date,
        books_invoices.due_date,
        books_invoices.terms_days,
        books_invoices.currency,
        books_invoices.exchange_rate,
        books_invoices.amount
    from books_invoices
    inner join statuses
        on lower(trim(books_invoices.source_status)) = statuses.source_value
    where statuses.canonical_value = 'issued'
    union all
    select
        document_id,
        source_system,
        document_number,
        source_customer_id,
        issue_date,
        due_date,
        terms_days,
        currency,
        exchange_rate,
        amount
    from files_invoices
    where status = 'issued'

)

select * from final
