{#- An amount times a rate, exact. Wider than both, because engines keep the product of two 18-digit decimals in 18 digits: a
    foreign document of a hundred million would overflow. -#}
{% macro times_rate(amount, rate) -%}
    cast({{ amount }} as decimal(20, 2)) * {{ rate }}
{%- endmacro %}

{#- A document amount in base currency, rounded to cents. Most documents are in base currency: they skip the wide product. -#}
{% macro to_base(amount, exchange_rate, precision=18) -%}
    case
        when {{ exchange_rate }} = 1 then cast({{ amount }} as decimal({{ precision }}, 2))
        else cast(round(cast({{ amount }} as decimal({{ [precision, 20] | max }}, 2)) * {{ exchange_rate }}, 2) as decimal({{ precision }}, 2))
    end
{%- endmacro %}

{#- Rate of a document to base currency: one in base currency, else its own, else the rule table's of its day. -#}
{% macro document_rate(document, settings, rates) -%}
    case
        when {{ document }}.currency = {{ settings }}.base_currency then cast(1 as decimal(18, 8))
        else coalesce({{ document }}.exchange_rate, {{ rates }}.exchange_rate)
    end
{%- endmacro %}
