-- Grain: one row per record of contracts, cases, surveys and protection, and rule it breaks
-- The record still counts where it can: a case without a customer for the company, a score off its scale
-- nowhere.
{{ config(materialized='view') }}

{#- model, entity, column, what breaks the rule, reason, rule -#}
{% set checks = [
    (
        'int_contracts', 'contracts', 'end_date', 'end_date < start_date',
        'date_out_of_order', 'a term ends after it starts'
    ),
    (
        'int_cases', 'cases', 'first_response_at', 'first_response_at < opened_at',
        'date_out_of_order', 'a case is answered after it was opened'
    ),
    (
        'int_cases', 'cases', 'resolved_at', 'resolved_at < opened_at',
        'date_out_of_order', 'a case is resolved after it was opened'
    ),
    (
        'int_consents', 'consents', 'withdrawn_date', 'withdrawn_date < given_date',
        'date_out_of_order', 'a consent is withdrawn after it was given'
    ),
    (
        'int_subject_requests', 'subject_requests', 'closed_date', 'closed_date < received_date',
        'date_out_of_order', 'a request is answered after it came in'
    ),
    (
        'int_priced_contracts', 'contracts', 'amount', 'amount is not null and amount_base is null',
        'no_base_value', 'an amount has a currency with a rate'
    ),
    (
        'int_priced_milestones', 'contract_milestones', 'amount', 'amount is not null and amount_base is null',
        'no_base_value', 'an amount has a currency with a rate'
    ),
    (
        'int_priced_cases', 'cases', 'disputed_amount', 'disputed_amount is not null and disputed_amount_base is null',
        'no_base_value', 'an amount has a currency with a rate'
    ),
    (
        'int_scaled_answers', 'survey_answers', 'score', 'is_off_scale',
        'score_off_scale', 'a score lies on the scale of its question'
    ),
    (
        'int_priced_milestones', 'contract_milestones', 'contract_id', 'is_orphan',
        'orphan_milestone', 'a milestone belongs to a known contract'
    ),
] -%}
{% for entity in ['contracts', 'cases', 'survey_answers', 'consents', 'subject_requests'] -%}
{% do checks.append((
    'int_' ~ entity, entity, 'customer_id', 'customer_key is null', 'no_customer', 'the record has a known customer'
)) -%}
{% endfor -%}
with

final as (

    {% for model_name, entity, column_name, violation, reason_code, rule in checks -%}
    select
        source_system,
        '{{ entity }}' as entity,
        record_file,
        record_line,
        '{{ column_name }}' as column_name,
        '{{ rule }}' as rule,
        '{{ reason_code }}' as reason_code,
        'warning' as severity
    from {{ ref(model_name) }}
    where {{ violation }}
    {% if not loop.last -%}
    union all
    {% endif -%}
    {% endfor %}

)

select * from final
