-- Grain: one row per receipt of ERPNext and invoice it pays: by the ledger or the references, never by both
with

ledger_rows as (

    select * from {{ ref('int_erpnext_ledger_rows') }}

),

reference_rows as (

    select * from {{ ref('int_erpnext_reference_rows') }}

),

invoices as (

    select * from {{ ref('int_erpnext_submitted_invoices') }}

),

applied as (

    select
        source_system,
        'erpnext:' || ledger_entry_id as allocation_id,
        voucher_id as receipt_id,
        document_id,
        entry_date as applied_date,
        currency,
        amount,
        'payment_ledger_entries' as entity,
        record_file,
        record_line
    from ledger_rows
    where row_type = 'receipt' and document_id is not null
    union all
    select
        source_system,
        allocation_id,
        receipt_id,
        document_id,
        applied_date,
        currency,
        amount,
        'payment_entry_references' as entity,
        record_file,
        record_line
    from reference_rows
    union all
    select
        source_system,
        'erpnext:with_invoice:' || document_number as allocation_id,
        'erpnext:with_invoice:' || document_number as receipt_id,
        'erpnext:' || document_number as document_id,
        issue_date as applied_date,
        currency,
        paid_amount as amount,
        'sales_invoices' as entity,
        record_file,
        record_line
    from invoices
    where paid_amount != 0 and not is_return

),

final as (

    select
        *,
        cast(null as string) as document_number,
        amount as applied_amount,
        amount as settled_amount
    from applied

)

select * from final
