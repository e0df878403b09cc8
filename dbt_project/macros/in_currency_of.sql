{#- An amount of one document in the currency of another, over their rates to base; null where there is no other. -#}
{% macro in_currency_of(amount, document, other) -%}
    cast(
        case
            when {{ document }}.currency = {{ other }}.currency then {{ amount }}
            else round(
                cast({{ times_rate(amount, document ~ '.exchange_rate') }} as double) / nullif(cast({{ other }}.exchange_rate as double), 0), 2
            )
        end as decimal(18, 2)
    )
{%- endmacro %}
