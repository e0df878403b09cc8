-- Grain: one row per invoice, receipt or credit note as exported: where it stands in which file
{{ config(materialized='view') }}

{% set records = [
    ('stg_zoho_books__invoices', 'invoices', 'document_id'),
    ('stg_zoho_books__customer_payments', 'customer_payments', 'receipt_id'),
    ('stg_zoho_books__credit_notes', 'credit_notes', 'document_id'),
    ('stg_files__invoices', 'invoices', 'document_id'),
    ('stg_files__receipts', 'receipts', 'receipt_id'),
    ('stg_files__credit_notes', 'credit_notes', 'document_id'),
] -%}
with

final as (

    {% for model_name, entity, key in records -%}
    select
        {{ key }} as document_id,
        source_system,
        '{{ entity }}' as entity,
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
