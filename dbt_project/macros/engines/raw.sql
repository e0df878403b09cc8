{#- Landed rows of one entity, all text. The only way a model reads a source system. -#}
{% macro raw(source_system, entity) -%}
    {{ return(adapter.dispatch('raw', 'customer_risk')(source_system, entity)) }}
{%- endmacro %}

{% macro default__raw(source_system, entity) -%}
    {{ return(source(source_system, entity)) }}
{%- endmacro %}
