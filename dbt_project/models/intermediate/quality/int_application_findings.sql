-- Grain: one row per allocation or credit note that names a document no source knows, or file of invoices
-- whose source delivered no payment. The money stays: as an unapplied receipt, an open credit or a claim.
{{ config(materialized='view') }}

with

allocation_records as (

    select * from {{ ref('int_stated_allocations') }}

),

document_records as (

    select * from {{ ref('int_document_records') }}

),

allocations as (

    select * from {{ ref('int_receipt_allocations') }}

),

credit_notes as (

    select * from {{ ref('int_credit_notes') }}

),

silent_sources as (

    select * from {{ ref('int_silent_sources') }}

),

final as (

    select
        allocation_records.source_system,
        allocation_records.entity,
        allocation_records.record_file,
        allocation_records.record_line,
        case when allocations.document_id is null then 'invoice' else 'receipt_id' end as column_name,
        'allocation joins a known receipt to a known invoice' as rule,
        case when allocations.document_id is null then 'orphan_receipt' else 'orphan_allocation' end
            as reason_code,
        'warning' as severity
    from allocation_records
    inner join allocations
        on allocation_records.allocation_id = allocations.allocation_id
    where
        (allocations.document_id is null or allocations.receipt_customer_key is null)
        and allocation_records.entity != 'reported_balances'
    union all
    select
        document_records.source_system,
        document_records.entity,
        document_records.record_file,
        document_records.record_line,
        'invoice' as column_name,
        'original invoice is known' as rule,
        'orphan_credit_note' as reason_code,
        'warning' as severity
    from document_records
    inner join credit_notes
        on
            document_records.record_type = 'credit_note'
            and document_records.document_id = credit_notes.document_id
    where credit_notes.names_an_invoice and credit_notes.applied_document_id is null
    union all
    select
        document_records.source_system,
        document_records.entity,
        document_records.record_file,
        min(document_records.record_line) as record_line,
        'customer_id' as column_name,
        'a source that invoices delivers its payments; the first invoice of the file' as rule,
        'payments_missing' as reason_code,
        'warning' as severity
    from document_records
    inner join silent_sources
        on document_records.source_system = silent_sources.source_system
    where document_records.record_type = 'invoice'
    group by document_records.source_system, document_records.entity, document_records.record_file

)

select * from final
