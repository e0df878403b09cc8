{#- Whether a score lies in the range of a rule row; a row without a range holds those without a score. -#}
{% macro in_score_range(score, rule) -%}
    (
        ({{ score }} is null and {{ rule }}.score_from is null)
        or (
            {{ score }} >= {{ rule }}.score_from
            and ({{ score }} < {{ rule }}.score_to or {{ rule }}.score_to is null)
        )
    )
{%- endmacro %}
