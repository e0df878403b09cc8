{#- A document amount in base currency, rounded to cents. Most documents are in base currency: they skip the wide product. -#}
{% macro to_base(amount, exchange_rate, precision=18) -%}
    case
        when {{ exchange_rate }} = 1 then cast({{ amount }} as decimal({{ precision }}, 2))
        else cast(round({{ amount }} * {{ exchange_rate }}, 2) as decimal({{ precision }}, 2))
    end
{%- endmacro %}
