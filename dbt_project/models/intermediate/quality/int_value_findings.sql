-- Grain: one row per value without a meaning, column and file: its first record
-- A document of unknown status cannot be left out or counted by guess, so that is critical.
{{ config(materialized='view') }}

{% set mapped_columns = [
    ('stg_zoho_books__invoices', 'invoices', 'status', 'source_status', 'critical'),
    ('stg_zoho_books__credit_notes', 'credit_notes', 'status', 'source_status', 'critical'),
    ('stg_zoho_books__customer_payments', 'customer_payments', 'payment_status', 'source_status', 'critical'),
    ('stg_zoho_books__contacts', 'contacts', 'contact_type', 'source_contact_type', 'warning'),
    ('stg_zoho_books__contacts', 'contacts', 'customer_sub_type', 'source_customer_type', 'warning'),
    ('stg_zoho_crm__accounts', 'accounts', 'ownership', 'source_customer_type', 'warning'),
    ('stg_zoho_crm__deals', 'deals', 'stage', 'source_stage', 'warning'),
] -%}
with

mappings as (

    select * from {{ ref('stg_rules__value_mappings') }}

),

written as (

    {% for model_name, entity, column_name, staged_name, severity in mapped_columns -%}
    select
        source_system,
        '{{ entity }}' as entity,
        '{{ column_name }}' as column_name,
        record_file,
        min(record_line) as record_line,
        lower(trim({{ staged_name }})) as source_value,
        '{{ severity }}' as severity
    from {{ ref(model_name) }}
    where {{ staged_name }} is not null
    group by source_system, record_file, lower(trim({{ staged_name }}))
    {% if not loop.last -%}
    union all
    {% endif -%}
    {% endfor %}

),

final as (

    select
        written.source_system,
        written.entity,
        written.record_file,
        written.record_line,
        written.column_name,
        'value has a meaning in value_mappings' as rule,
        'unmapped_value' as reason_code,
        written.severity
    from written
    left join mappings
        on
            written.source_system = mappings.source
            and written.entity = mappings.entity
            and written.column_name = mappings.column_name
            and written.source_value = lower(trim(mappings.source_value))
    where mappings.canonical_value is null

)

select * from final
