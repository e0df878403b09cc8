{#- Whole seconds of a UTC timestamp since 1970: intervals become subtraction, the same on every engine. -#}
{% macro epoch_seconds(moment) -%}
    {{ return(adapter.dispatch('epoch_seconds', 'customer_risk')(moment)) }}
{%- endmacro %}

{% macro default__epoch_seconds(moment) -%}
    cast(floor(epoch({{ moment }})) as bigint)
{%- endmacro %}

{% macro spark__epoch_seconds(moment) -%}
    cast({{ moment }} as bigint)
{%- endmacro %}
