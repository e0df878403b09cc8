-- Grain: one row per submitted payment and invoice it is applied to, while no ledger is landed
-- A payment on an order, or back on a return, is applied to no invoice.
{{ config(materialized='view') }}

with

applications as (

    select * from {{ ref('stg_erpnext__payment_entry_references') }}

),

payments as (

    select * from {{ ref('stg_erpnext__payment_entries') }}

),

ledger as (

    select * from {{ ref('int_erpnext_ledger') }}

),

invoices as (

    select * from {{ ref('int_erpnext_submitted_invoices') }}

),

final as (

    select
        applications.source_system,
        applications.allocation_id,
        applications.receipt_id,
        'erpnext:' || applications.document_number as document_id,
        coalesce(applications.applied_date, payments.receipt_date) as applied_date,
        payments.currency,
        applications.amount,
        applications.record_file,
        applications.record_line
    from applications
    inner join payments
        on applications.receipt_id = payments.receipt_id
    left join invoices
        on applications.document_number = invoices.document_number
    cross join ledger
    where
        applications.document_type = 'Sales Invoice'
        and not coalesce(invoices.is_return, false)
        and not ledger.is_landed

)

select * from final
