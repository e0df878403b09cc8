-- Grain: one row per document and rule it breaks, before anybody looks up where it stands in which file
{{ config(materialized='view') }}

{% set documents = [
    ('invoice', 'int_invoices', 'document_id', 'issue_date'),
    ('credit_note', 'int_credit_notes', 'document_id', 'issue_date'),
    ('receipt', 'int_receipts', 'receipt_id', 'receipt_date'),
] -%}
with

context as (

    select * from {{ ref('stg_run__context') }}

),

tolerance as (

    select max(value) as amount
    from {{ ref('stg_rules__model_parameters') }}
    where parameter = 'tolerance_amount'

),

applied as (

    select
        receipt_id,
        sum(applied_amount) as applied_amount
    from {{ ref('int_receipt_allocations') }}
    where receipt_customer_key is not null
    group by receipt_id

),

final as (

    {% for record_type, model_name, key, date in documents -%}
    select
        '{{ record_type }}' as record_type,
        {{ key }},
        'exchange_rate' as column_name,
        'a rate exists on or before the document date' as rule,
        'missing_exchange_rate' as reason_code,
        'critical' as severity
    from {{ ref(model_name) }}
    where exchange_rate is null
    union all
    select
        '{{ record_type }}' as record_type,
        documents.{{ key }},
        '{{ date }}' as column_name,
        'no document is dated after the business date; the first of the file' as rule,
        'date_in_future' as reason_code,
        'warning' as severity
    from {{ ref(model_name) }} as documents
    cross join context
    where documents.{{ date }} > context.as_of_date
    union all
    {% endfor -%}
    select
        'invoice' as record_type,
        document_id,
        'amount' as column_name,
        'no more is applied than the document amounts to' as rule,
        'overapplied_document' as reason_code,
        'warning' as severity
    from {{ ref('int_document_balances') }}
    where document_type = 'invoice' and balance < 0 and amount > 0
    union all
    select
        'receipt' as record_type,
        receipts.receipt_id as document_id,
        'amount' as column_name,
        'no more is applied than the document amounts to' as rule,
        'overapplied_document' as reason_code,
        'warning' as severity
    from applied
    cross join tolerance
    inner join {{ ref('int_receipts') }} as receipts
        on applied.receipt_id = receipts.receipt_id
    where applied.applied_amount > receipts.amount + tolerance.amount
    union all
    select
        'invoice' as record_type,
        invoices.document_id,
        'invoice_number' as column_name,
        'invoice number belongs to one invoice' as rule,
        'duplicate_document' as reason_code,
        'warning' as severity
    from {{ ref('int_invoices') }} as invoices
    inner join {{ ref('int_invoice_numbers') }} as invoice_numbers
        on
            invoices.source_system = invoice_numbers.source_system
            and invoices.document_number = invoice_numbers.document_number
    where invoice_numbers.documents > 1
    union all
    select * from {{ ref('int_due_date_faults') }}

)

select * from final
