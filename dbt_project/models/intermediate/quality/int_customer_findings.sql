-- Grain: one row per customer that documents name and no customer export has, and file: its first record
-- The documents count: the customer was made from them.
{{ config(materialized='view') }}

with

books_invoices as (

    select * from {{ ref('stg_zoho_books__invoices') }}

),

books_payments as (

    select * from {{ ref('stg_zoho_books__customer_payments') }}

),

books_credit_notes as (

    select * from {{ ref('stg_zoho_books__credit_notes') }}

),

files_invoices as (

    select * from {{ ref('stg_files__invoices') }}

),

files_receipts as (

    select * from {{ ref('stg_files__receipts') }}

),

files_credit_notes as (

    select * from {{ ref('stg_files__credit_notes') }}

),

identities as (

    select * from {{ ref('int_customer_identities') }}

),

records as (

    select source_system, 'invoices' as entity, source_customer_id, record_file, record_line from books_invoices
    union all
    select source_system, 'customer_payments' as entity, source_customer_id, record_file, record_line from books_payments
    union all
    select source_system, 'credit_notes' as entity, source_customer_id, record_file, record_line from books_credit_notes
    union all
    select source_system, 'invoices' as entity, source_customer_id, record_file, record_line from files_invoices
    union all
    select source_system, 'receipts' as entity, source_customer_id, record_file, record_line from files_receipts
    union all
    select source_system, 'credit_notes' as entity, source_customer_id, record_file, record_line from files_credit_notes

),

final as (

    select
        records.source_system,
        records.entity,
        records.record_file,
        min(records.record_line) as record_line,
        'customer_id' as column_name,
        'customer is in a customer export' as rule,
        'orphan_customer' as reason_code,
        'warning' as severity
    from records
    inner join identities
        on
            records.source_system = identities.source_system
            and records.source_customer_id = identities.source_customer_id
    where identities.is_placeholder
    group by records.source_system, records.entity, records.record_file, records.source_customer_id

)

select * from final
