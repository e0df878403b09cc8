{#- A date some whole days later; `days` is an integer expression. -#}
{% macro add_days(from_date, days) -%}
    {{ return(adapter.dispatch('add_days', 'customer_risk')(from_date, days)) }}
{%- endmacro %}

{% macro default__add_days(from_date, days) -%}
    cast({{ from_date }} + cast({{ days }} as int) as date)
{%- endmacro %}

{% macro spark__add_days(from_date, days) -%}
    date_add({{ from_date }}, cast({{ days }} as int))
{%- endmacro %}
