{#- The last day of the month that lies some whole months before a date's. -#}
{% macro month_end(from_date, months_back) -%}
    {{ return(adapter.dispatch('month_end', 'customer_risk')(from_date, months_back)) }}
{%- endmacro %}

{% macro default__month_end(from_date, months_back) -%}
    last_day(cast({{ from_date }} - to_months(cast({{ months_back }} as int)) as date))
{%- endmacro %}

{% macro spark__month_end(from_date, months_back) -%}
    last_day(add_months({{ from_date }}, -cast({{ months_back }} as int)))
{%- endmacro %}
