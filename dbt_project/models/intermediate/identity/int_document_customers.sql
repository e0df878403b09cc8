-- Grain: one row per source customer that any document or receipt names, with the day of the first
with

issued_invoices as (

    select * from {{ ref('int_issued_invoices') }}

),

issued_credit_notes as (

    select * from {{ ref('int_issued_credit_notes') }}

),

received_receipts as (

    select * from {{ ref('int_received_receipts') }}

),

dated as (

    select
        source_system,
        source_customer_id,
        issue_date as document_date
    from issued_invoices
    union all
    select
        source_system,
        source_customer_id,
        issue_date as document_date
    from issued_credit_notes
    union all
    select
        source_system,
        source_customer_id,
        receipt_date as document_date
    from received_receipts

),

final as (

    select
        source_system,
        source_customer_id,
        min(document_date) as first_document_date
    from dated
    group by source_system, source_customer_id

)

select * from final
