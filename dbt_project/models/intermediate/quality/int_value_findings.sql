-- Grain: one row per value without a meaning, column and file: its first record
-- A document of unknown status cannot be left out or counted by guess, so that is critical.
{{ config(materialized='view') }}

{#- staging model, canonical entity and column, entity and column of the export that tell of it, severity -#}
{% set mapped_columns = [
    ('stg_zoho_books__invoices', 'invoices', 'status', 'invoices', 'status', 'critical'),
    ('stg_zoho_books__credit_notes', 'credit_notes', 'status', 'credit_notes', 'status', 'critical'),
    (
        'stg_zoho_books__customer_payments', 'receipts', 'status',
        'customer_payments', 'payment_status', 'critical',
    ),
    ('stg_zoho_books__contacts', 'customers', 'contact_type', 'contacts', 'contact_type', 'warning'),
    ('stg_zoho_books__contacts', 'customers', 'customer_type', 'contacts', 'customer_sub_type', 'warning'),
    ('stg_zoho_crm__accounts', 'customers', 'customer_type', 'accounts', 'ownership', 'warning'),
    ('stg_zoho_crm__deals', 'deals', 'stage', 'deals', 'stage', 'warning'),
    ('stg_zoho_crm__cases', 'cases', 'case_type', 'cases', 'type', 'warning'),
    ('stg_zoho_crm__cases', 'cases', 'severity', 'cases', 'priority', 'warning'),
    ('stg_zoho_crm__cases', 'cases', 'status', 'cases', 'status', 'warning'),
    ('stg_zoho_crm__cases', 'cases', 'resolution_way', 'cases', 'resolution_way', 'warning'),
    ('stg_zoho_crm__cases', 'cases', 'resolution_result', 'cases', 'resolution_result', 'warning'),
    ('stg_zoho_crm__calls', 'activities', 'direction', 'calls', 'call_type', 'warning'),
    ('stg_zoho_crm__sales_orders', 'orders', 'status', 'sales_orders', 'status', 'warning'),
    ('int_zoho_crm_consents', 'consents', 'purpose', 'consents', 'consent_purpose', 'warning'),
    ('int_zoho_crm_consents', 'consents', 'legal_basis', 'consents', 'data_processing_basis', 'warning'),
    (
        'stg_zoho_crm__data_subject_requests', 'subject_requests', 'request_type',
        'data_subject_requests', 'request_type', 'warning',
    ),
    ('stg_erpnext__invoices', 'invoices', 'status', 'sales_invoices', 'status', 'critical'),
    ('stg_erpnext__credit_notes', 'credit_notes', 'status', 'sales_invoices', 'status', 'critical'),
    (
        'stg_erpnext__journal_entries', 'journal_entries', 'journal_type',
        'journal_entries', 'voucher_type', 'warning',
    ),
    ('stg_erpnext__customers', 'customers', 'customer_type', 'customers', 'customer_type', 'warning'),
    ('int_fxiaoke_customers', 'customers', 'customer_type', 'accounts', 'account_type', 'warning'),
    ('stg_fxiaoke__opportunities', 'opportunities', 'stage', 'new_opportunities', 'sales_status', 'warning'),
    ('stg_fxiaoke__orders', 'orders', 'status', 'sales_orders', 'order_status', 'warning'),
    ('stg_fxiaoke__contracts', 'contracts', 'contract_type', 'sale_contracts', 'contract_type', 'warning'),
    ('stg_fxiaoke__contracts', 'contracts', 'status', 'sale_contracts', 'status', 'warning'),
    ('stg_fxiaoke__cases', 'cases', 'case_type', 'cases', 'case_type', 'warning'),
    ('stg_fxiaoke__cases', 'cases', 'severity', 'cases', 'severity', 'warning'),
    ('stg_fxiaoke__cases', 'cases', 'status', 'cases', 'status', 'warning'),
    ('stg_fxiaoke__cases', 'cases', 'resolution_way', 'cases', 'resolution_way', 'warning'),
    ('stg_fxiaoke__cases', 'cases', 'resolution_result', 'cases', 'resolution_result', 'warning'),
    ('stg_fxiaoke__appraisals', 'survey_answers', 'method', 'appraisals', 'method', 'warning'),
    ('stg_fxiaoke__appraisals', 'survey_answers', 'metric', 'appraisals', 'metric', 'warning'),
    ('stg_fxiaoke__active_records', 'activities', 'activity_type', 'active_records', 'activity_type', 'warning'),
    ('stg_fxiaoke__active_records', 'activities', 'direction', 'active_records', 'direction', 'warning'),
    ('stg_fxiaoke__loyalty_entries', 'loyalty_entries', 'entry_type', 'member_points', 'entry_type', 'warning'),
] -%}
{#- the same for columns staged as written: their words weigh in a measure and never decide what counts -#}
{% set judged_columns = [
    ('stg_zoho_crm__accounts', 'customers', 'rating', 'accounts', 'rating'),
    ('stg_files__customers', 'customers', 'rating', 'customers', 'rating'),
    ('stg_zoho_crm__deals', 'opportunities', 'lost_reason', 'deals', 'reason_for_loss'),
    ('stg_files__opportunities', 'opportunities', 'lost_reason', 'opportunities', 'lost_reason'),
] -%}
with

mappings as (

    select * from {{ ref('stg_rules__value_mappings') }}

),

written as (

    {% for model_name, entity, column, source_entity, source_column, severity in mapped_columns -%}
    select
        source_system,
        '{{ entity }}' as mapped_entity,
        '{{ column }}' as mapped_column,
        '{{ source_entity }}' as entity,
        '{{ source_column }}' as column_name,
        record_file,
        min(record_line) as record_line,
        lower(trim(source_{{ column }})) as source_value,
        '{{ severity }}' as severity
    from {{ ref(model_name) }}
    where source_{{ column }} is not null
    group by source_system, record_file, lower(trim(source_{{ column }}))
    union all
    {% endfor -%}
    {% for model_name, entity, column, source_entity, source_column in judged_columns -%}
    select
        source_system,
        '{{ entity }}' as mapped_entity,
        '{{ column }}' as mapped_column,
        '{{ source_entity }}' as entity,
        '{{ source_column }}' as column_name,
        record_file,
        min(record_line) as record_line,
        lower(trim({{ column }})) as source_value,
        'warning' as severity
    from {{ ref(model_name) }}
    where {{ column }} is not null
    group by source_system, record_file, lower(trim({{ column }}))
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
            and written.mapped_entity = mappings.entity
            and written.mapped_column = mappings.column_name
            and written.source_value = lower(trim(mappings.source_value))
    where mappings.canonical_value is null

)

select * from final
