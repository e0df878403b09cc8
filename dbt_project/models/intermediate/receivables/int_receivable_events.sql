-- Grain: one row per movement of a document's balance, signed: what is owed is positive
-- Base amounts stay exact here; a document's balance is rounded once.
{{ config(materialized='view') }}

with

invoices as (

    select * from {{ ref('int_invoices') }}

),

credit_notes as (

    select * from {{ ref('int_credit_notes') }}

),

allocations as (

    select * from {{ ref('int_receipt_allocations') }}

),

events as (

    select
        document_id,
        customer_key,
        'invoice_issued' as event_type,
        issue_date as event_date,
        amount,
        exchange_rate
    from invoices
    union all
    select
        invoices.document_id,
        invoices.customer_key,
        'receipt_applied' as event_type,
        allocations.applied_date as event_date,
        -allocations.settled_amount as amount,
        invoices.exchange_rate
    from allocations
    inner join invoices
        on allocations.document_id = invoices.document_id
    union all
    select
        document_id,
        customer_key,
        'credit_note_issued' as event_type,
        issue_date as event_date,
        -amount as amount,
        exchange_rate
    from credit_notes
    union all
    select
        document_id,
        customer_key,
        'credit_note_used' as event_type,
        applied_date as event_date,
        amount,
        exchange_rate
    from credit_notes
    where applied_document_id is not null
    union all
    select
        invoices.document_id,
        invoices.customer_key,
        'credit_note_applied' as event_type,
        credit_notes.applied_date as event_date,
        -credit_notes.settled_amount as amount,
        invoices.exchange_rate
    from credit_notes
    inner join invoices
        on credit_notes.applied_document_id = invoices.document_id

),

final as (

    select
        document_id,
        customer_key,
        event_type,
        event_date,
        amount,
        amount * exchange_rate as amount_base
    from events

)

select * from final
