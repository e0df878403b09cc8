{#- The systems by what they are kept for. An identity is anchored in a CRM, then in finance, then in other files. -#}
{% macro crm_systems() -%}
    'zoho_crm', 'fxiaoke'
{%- endmacro %}

{% macro finance_systems() -%}
    'zoho_books', 'erpnext'
{%- endmacro %}

{#- Staging models with one row per customer, and the entity of the export each is read from. -#}
{% macro customer_records() -%}
    {{ return([
        ('stg_zoho_crm__accounts', 'accounts'),
        ('int_fxiaoke_customers', 'accounts'),
        ('stg_zoho_books__contacts', 'contacts'),
        ('stg_erpnext__customers', 'customers'),
        ('stg_files__customers', 'customers'),
    ]) }}
{%- endmacro %}
