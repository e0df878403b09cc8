{#- One row, `calendar_date`, for each day from first to last of a relation of one row. -#}
{% macro day_spine(relation, first_day, last_day) -%}
    {{ return(adapter.dispatch('day_spine', 'customer_risk')(relation, first_day, last_day)) }}
{%- endmacro %}

{% macro default__day_spine(relation, first_day, last_day) -%}
    select cast(unnest(generate_series({{ first_day }}, {{ last_day }}, interval 1 day)) as date) as calendar_date
    from {{ relation }}
{%- endmacro %}

{% macro spark__day_spine(relation, first_day, last_day) -%}
    select explode(sequence({{ first_day }}, {{ last_day }}, interval 1 day)) as calendar_date
    from {{ relation }}
{%- endmacro %}
