-- Grain: one row per receipt and invoice it pays, as the sources state it
-- An invoice named by its number is looked up.
{{ config(materialized='view') }}

with

records as (

    {{ union_of(
        [
            'stg_zoho_books__payment_allocations', 'int_erpnext_allocations', 'stg_files__receipt_allocations',
            'int_fxiaoke_allocations', 'int_reported_settlements',
        ], [
        'source_system', 'allocation_id', 'receipt_id', 'document_id', 'document_number', 'applied_date',
        'currency', 'applied_amount', 'settled_amount', 'entity', 'record_file', 'record_line',
    ]) }}

),

invoice_numbers as (

    select * from {{ ref('int_invoice_numbers') }}

),

final as (

    select
        records.source_system,
        records.allocation_id,
        records.receipt_id,
        coalesce(records.document_id, invoice_numbers.document_id) as document_id,
        records.applied_date,
        records.currency,
        records.applied_amount,
        records.settled_amount,
        records.entity,
        records.record_file,
        records.record_line
    from records
    left join invoice_numbers
        on
            records.source_system = invoice_numbers.source_system
            and records.document_number = invoice_numbers.document_number

)

select * from final
