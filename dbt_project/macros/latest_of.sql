{#- The latest of several dates, ignoring the unknown ones; null when all are unknown. -#}
{% macro latest_of(dates) -%}
    nullif(
        greatest(
        {%- for date in dates -%}
            coalesce({{ date }}, cast('1000-01-01' as date))
            {%- if not loop.last %}, {% endif -%}
        {%- endfor -%}
        ),
        cast('1000-01-01' as date)
    )
{%- endmacro %}
