{#- One number over another as a rounded double; null where there is nothing to divide by. -#}
{% macro share_of(part, whole) -%}
    cast(round(cast({{ part }} as double) / nullif(cast({{ whole }} as double), 0), 6) as double)
{%- endmacro %}
