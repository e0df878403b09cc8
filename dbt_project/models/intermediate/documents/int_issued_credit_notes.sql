-- Grain: one row per credit note that counts (drafts and voided ones do not)
{{ config(materialized='view') }}

with

books_credit_notes as (

    select * from {{ ref('stg_zoho_books__credit_notes') }}

),

files_credit_notes as (

    select * from {{ ref('stg_files__credit_notes') }}

),

statuses as (

    select
        lower(trim(source_value)) as source_value,
        canonical_value
    from {{ ref('stg_rules__value_mappings') }}
    where source = 'zoho_books' and entity = 'credit_notes' and column_name = 'status'

),

final as (

    select
        books_credit_notes.document_id,
        books_credit_notes.source_system,
        books_credit_notes.document_number,
        books_credit_notes.source_customer_id,
        books_credit_notes.issue_date,
        books_credit_notes.currency,
        books_credit_notes.exchange_rate,
        books_credit_notes.amount,
        books_credit_notes.original_document_number,
        cast(null as string) as original_document_id
    from books_credit_notes
    inner join statuses
        on lower(trim(books_credit_notes.source_status)) = statuses.source_value
    where statuses.canonical_value = 'issued'
    union all
    select
        document_id,
        source_system,
        document_number,
        source_customer_id,
        issue_date,
        currency,
        exchange_rate,
        amount,
        cast(null as string) as original_document_number,
        original_document_id
    from files_credit_notes
    where status = 'issued'

)

select * from final
