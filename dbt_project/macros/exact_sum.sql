{#- Sum and mean of doubles of at most six decimal places. Added as decimals: a sum of doubles depends on the order
    of the rows, which differs from run to run, and the last bit decides how a half is rounded. `over` is a window. -#}
{% macro exact_sum(value, over=none) -%}
    cast(sum(cast({{ value }} as decimal(38, 6))){% if over is not none %} over ({{ over }}){% endif %} as double)
{%- endmacro %}

{% macro exact_avg(value) -%}
    {{ exact_sum(value) }} / nullif(count({{ value }}), 0)
{%- endmacro %}
