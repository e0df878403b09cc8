-- Grain: one row per document and rule: no rate to base currency, number used twice, more applied than owed
-- Without a rate the base amount is missing, so it is critical: the night is not published.
{{ config(materialized='view') }}

with

records as (

    select * from {{ ref('int_document_records') }}

),

int_invoices as (

    select * from {{ ref('int_invoices') }}

),

int_credit_notes as (

    select * from {{ ref('int_credit_notes') }}

),

int_receipts as (

    select * from {{ ref('int_receipts') }}

),

invoice_numbers as (

    select * from {{ ref('int_invoice_numbers') }}

),

balances as (

    select * from {{ ref('int_document_balances') }}

),

findings as (

    select
        'invoice' as record_type,
        document_id,
        'exchange_rate' as column_name,
        'missing_exchange_rate' as reason_code,
        'critical' as severity
    from int_invoices
    where exchange_rate is null
    union all
    select
        'credit_note' as record_type,
        document_id,
        'exchange_rate' as column_name,
        'missing_exchange_rate' as reason_code,
        'critical' as severity
    from int_credit_notes
    where exchange_rate is null
    union all
    select
        'receipt' as record_type,
        receipt_id as document_id,
        'exchange_rate' as column_name,
        'missing_exchange_rate' as reason_code,
        'critical' as severity
    from int_receipts
    where exchange_rate is null
    union all
    select
        'invoice' as record_type,
        document_id,
        'amount' as column_name,
        'overapplied_document' as reason_code,
        'warning' as severity
    from balances
    where document_type = 'invoice' and balance < 0 and amount > 0
    union all
    select
        'invoice' as record_type,
        int_invoices.document_id,
        'invoice_number' as column_name,
        'duplicate_document' as reason_code,
        'warning' as severity
    from int_invoices
    inner join invoice_numbers
        on
            int_invoices.source_system = invoice_numbers.source_system
            and int_invoices.document_number = invoice_numbers.document_number
    where invoice_numbers.documents > 1

),

final as (

    select
        records.source_system,
        records.entity,
        records.record_file,
        records.record_line,
        findings.column_name,
        case findings.reason_code
            when 'missing_exchange_rate' then 'a rate exists on or before the document date'
            when 'overapplied_document' then 'no more is applied than the document amounts to'
            else 'invoice number belongs to one invoice'
        end as rule,
        findings.reason_code,
        findings.severity
    from records
    inner join findings
        on records.record_type = findings.record_type and records.document_id = findings.document_id

)

select * from final
