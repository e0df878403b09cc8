{#- Whole numbers from 0 up to, not including, a constant: the only spine there is, always of few rows. -#}
{% macro numbers(upto) -%}
    {{ return(adapter.dispatch('numbers', 'customer_risk')(upto)) }}
{%- endmacro %}

{% macro default__numbers(upto) -%}
    select cast(range as int) as number from range(0, {{ upto }})
{%- endmacro %}

{% macro spark__numbers(upto) -%}
    select cast(id as int) as number from range(0, {{ upto }})
{%- endmacro %}
