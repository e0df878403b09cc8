{#- Rate between two sums of the same movements. 1 is the company's own currency, which need not be the warehouse's: none. -#}
{% macro implied_rate(company_amount, amount) -%}
    nullif(
        cast(
            round(cast({{ company_amount }} as double) / nullif(cast({{ amount }} as double), 0), 8)
            as decimal(18, 8)
        ), 1
    )
{%- endmacro %}
