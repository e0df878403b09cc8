-- Grain: one row per movement of a document's balance, signed: what is owed is positive
-- Base amounts stay exact here; a document's balance is rounded once.
{{ config(materialized='view') }}

{% set settlements = [
    ('int_receipt_allocations', 'document_id', 'receipt_applied'),
    ('int_credit_notes', 'applied_document_id', 'credit_note_applied'),
    ('int_document_write_offs', 'applied_document_id', 'written_off'),
] -%}
{% set own_documents = [
    ('int_invoices', 'invoice_issued', 'issue_date', 'amount', 'true'),
    ('int_credit_notes', 'credit_note_issued', 'issue_date', '-amount', 'true'),
    ('int_credit_notes', 'credit_note_used', 'applied_date', 'amount', 'applied_document_id is not null'),
    ('int_document_write_offs', 'written_off', 'write_off_date', '-amount', 'applied_document_id is null'),
] -%}
with

invoices as (

    select * from {{ ref('int_invoices') }}

),

settled as (

    {% for model_name, document_id, event_type in settlements -%}
    select
        {{ document_id }} as document_id,
        '{{ event_type }}' as event_type,
        applied_date as event_date,
        -settled_amount as amount
    from {{ ref(model_name) }}
    {% if not loop.last -%}
    union all
    {% endif -%}
    {% endfor %}

),

events as (

    select
        settled.document_id,
        invoices.customer_key,
        settled.event_type,
        settled.event_date,
        settled.amount,
        invoices.exchange_rate
    from settled
    inner join invoices
        on settled.document_id = invoices.document_id
    {% for model_name, event_type, event_date, amount, condition in own_documents -%}
    union all
    select
        document_id,
        customer_key,
        '{{ event_type }}' as event_type,
        {{ event_date }} as event_date,
        {{ amount }} as amount,
        exchange_rate
    from {{ ref(model_name) }}
    where {{ condition }}
    {% endfor %}

),

final as (

    select
        document_id,
        customer_key,
        event_type,
        event_date,
        amount,
        {{ times_rate('amount', 'exchange_rate') }} as amount_base
    from events

)

select * from final
