-- Grain: one row per invoice, receipt or credit note as exported: where it stands in which file
-- A receipt may carry its invoice's id, so the type belongs to the key.
{{ config(materialized='view') }}

{% set records = [
    ('stg_zoho_books__invoices', "'invoices'", 'document_id', 'invoice'),
    ('stg_zoho_books__customer_payments', "'customer_payments'", 'receipt_id', 'receipt'),
    ('stg_zoho_books__credit_notes', "'credit_notes'", 'document_id', 'credit_note'),
    ('stg_erpnext__invoices', "'sales_invoices'", 'document_id', 'invoice'),
    ('int_erpnext_claims', "'payment_ledger_entries'", 'document_id', 'invoice'),
    ('int_erpnext_receipts', 'entity', 'receipt_id', 'receipt'),
    ('stg_erpnext__credit_notes', "'sales_invoices'", 'document_id', 'credit_note'),
    ('stg_files__invoices', "'invoices'", 'document_id', 'invoice'),
    ('stg_files__receipts', "'receipts'", 'receipt_id', 'receipt'),
    ('stg_files__credit_notes', "'credit_notes'", 'document_id', 'credit_note'),
    ('int_fxiaoke_claims', 'entity', 'document_id', 'invoice'),
    ('int_fxiaoke_receipts', 'entity', 'receipt_id', 'receipt'),
    ('int_fxiaoke_credit_notes', "'returned_goods'", 'document_id', 'credit_note'),
] -%}
with

final as (

    {% for model_name, entity, key, record_type in records -%}
    select
        '{{ record_type }}' as record_type,
        {{ key }} as document_id,
        source_system,
        {{ entity }} as entity,
        source_customer_id,
        record_file,
        record_line
    from {{ ref(model_name) }}
    {% if not loop.last -%}
    union all
    {% endif -%}
    {% endfor %}

)

select * from final
