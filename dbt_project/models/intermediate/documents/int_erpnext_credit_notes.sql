-- Grain: one row per return of ERPNext; where the ledger is landed it says which invoice the return lowers
{{ config(materialized='view') }}

with

credit_notes as (

    select * from {{ ref('stg_erpnext__credit_notes') }}

),

entries as (

    select * from {{ ref('stg_erpnext__payment_ledger_entries') }}

),

ledger as (

    select * from {{ ref('int_erpnext_ledger') }}

),

applied as (

    select
        voucher_number,
        min(against_voucher_id) as applied_document_id
    from entries
    where voucher_type = 'Sales Invoice' and against_voucher_type = 'Sales Invoice' and not is_own_balance
    group by voucher_number

),

final as (

    select
        credit_notes.source_system,
        credit_notes.document_id,
        credit_notes.document_number,
        credit_notes.source_customer_id,
        credit_notes.issue_date,
        credit_notes.currency,
        credit_notes.exchange_rate,
        credit_notes.amount,
        credit_notes.original_document_number,
        case when ledger.is_landed then applied.applied_document_id else credit_notes.original_document_id end
            as original_document_id,
        credit_notes.source_status,
        credit_notes.record_file,
        credit_notes.record_line
    from credit_notes
    cross join ledger
    left join applied
        on credit_notes.document_number = applied.voucher_number

)

select * from final
