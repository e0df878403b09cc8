{#- Points of a value inside its band: linear from the lower to the upper bound, flat in an open band. -#}
{% macro band_points(value, bands) -%}
    round(
        {{ bands }}.points_at_lower + coalesce(
            ({{ bands }}.points_at_upper - {{ bands }}.points_at_lower) * ({{ value }} - {{ bands }}.lower_bound)
            / nullif({{ bands }}.upper_bound - {{ bands }}.lower_bound, 0),
            0
        ),
        4
    )
{%- endmacro %}
