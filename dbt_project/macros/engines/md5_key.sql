{#- Key of a row from its parts: lower-case hexadecimal text, the same on every engine. -#}
{% macro md5_key(expressions) -%}
    {{ return(adapter.dispatch('md5_key', 'customer_risk')(expressions)) }}
{%- endmacro %}

{% macro default__md5_key(expressions) -%}
    md5(
    {%- for expression in expressions -%}
        coalesce(cast({{ expression }} as string), '')
        {%- if not loop.last %} || '|' || {% endif -%}
    {%- endfor -%}
    )
{%- endmacro %}
