{#- Scaled score a - b x ln(odds) of a probability, `scaling` being int_score_scaling; null at 0 and 1, where odds have
    no logarithm. -#}
{% macro scaled_score(probability) -%}
    cast(
        round(
            scaling.scaling_a
            - scaling.scaling_b * ln(nullif({{ probability }}, 0) / nullif(1 - {{ probability }}, 0)),
            2
        ) as double
    )
{%- endmacro %}
