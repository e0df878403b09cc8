{#- Columns of the first three reasons, from rows numbered by reason_rank for each customer. -#}
{% macro first_reasons() -%}
    {%- for position in [1, 2, 3] %}
        max(case when reason_rank = {{ position }} then reason_code end) as reason_{{ position }}_code,
        max(case when reason_rank = {{ position }} then reason_en end) as reason_{{ position }}_en,
        max(case when reason_rank = {{ position }} then reason_zh end) as reason_{{ position }}_zh
        {%- if not loop.last %},{% endif %}
    {%- endfor %}
{%- endmacro %}
