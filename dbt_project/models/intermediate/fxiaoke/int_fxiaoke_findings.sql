-- Grain: one row per record and rule: what records contradict, and what a mapping has yet to name
{{ config(materialized='view') }}

{#- staging model, entity, column without which the record says nothing, its name in the landing spec -#}
{% set needed_columns = [
    ('stg_fxiaoke__cases', 'cases', 'source_status', 'status'),
    ('stg_fxiaoke__appraisals', 'appraisals', 'score', 'score'),
    ('stg_fxiaoke__loyalty_entries', 'member_points', 'points', 'points'),
    ('stg_fxiaoke__loyalty_entries', 'member_points', 'source_entry_type', 'entry_type'),
    ('stg_fxiaoke__contracts', 'sale_contracts', 'end_date', 'end_date'),
] -%}
with

tax_ids as (

    select * from {{ ref('int_fxiaoke_tax_ids') }}

),

orders as (

    select * from {{ ref('int_fxiaoke_priced_orders') }}

),

refunds as (

    select * from {{ ref('int_fxiaoke_refunds') }}

),

overparted as (

    select * from {{ ref('int_fxiaoke_overparted_payments') }}

),

unnamed as (

    {% for model_name, entity, staged_name, column_name in needed_columns -%}
    select
        '{{ entity }}' as entity,
        '{{ column_name }}' as column_name,
        record_file,
        min(record_line) as record_line
    from {{ ref(model_name) }}
    group by record_file
    having count({{ staged_name }}) = 0
    {% if not loop.last -%}
    union all
    {% endif -%}
    {% endfor %}

),

final as (

    select
        'fxiaoke' as source_system,
        entity,
        record_file,
        record_line,
        column_name,
        'a field of the export is named for it in mapping.yml' as rule,
        'unmapped_field' as reason_code,
        'warning' as severity
    from unnamed
    union all
    select
        'fxiaoke' as source_system,
        'account_finance' as entity,
        record_file,
        record_line,
        'tax_id' as column_name,
        'invoice titles of a customer state one tax id' as rule,
        'several_tax_ids' as reason_code,
        'warning' as severity
    from tax_ids
    where tax_ids > 1
    union all
    select
        source_system,
        'sales_orders' as entity,
        record_file,
        record_line,
        'product_amount' as column_name,
        'products add up to the amount of the order' as rule,
        'amount_mismatch' as reason_code,
        'warning' as severity
    from orders
    where differs_from_products
    union all
    select
        source_system,
        'payments' as entity,
        record_file,
        record_line,
        'payment_amount' as column_name,
        'parts of a payment add up to no more than it' as rule,
        'amount_mismatch' as reason_code,
        'warning' as severity
    from overparted
    union all
    select
        source_system,
        entity,
        record_file,
        record_line,
        'amount' as column_name,
        'a refund pays out a credit of the customer' as rule,
        'refund_without_credit' as reason_code,
        'warning' as severity
    from refunds
    where covered_amount < amount

)

select * from final
