{#- Landed text to typed values. A value that does not fit becomes null, never an error that would print it. -#}
{% macro safe_decimal(expression, precision=18, scale=2) -%}
    try_cast({{ expression }} as decimal({{ precision }}, {{ scale }}))
{%- endmacro %}

{% macro safe_rate(expression) -%}
    nullif({{ safe_decimal(expression, 18, 8) }}, 0)
{%- endmacro %}

{% macro safe_date(expression) -%}
    try_cast({{ expression }} as date)
{%- endmacro %}

{% macro safe_timestamp(expression) -%}
    try_cast({{ expression }} as timestamp)
{%- endmacro %}

{#- A timestamp's day; a plain date is its own day. -#}
{% macro safe_day(expression) -%}
    try_cast(substr({{ expression }}, 1, 10) as date)
{%- endmacro %}

{#- Through double, because exports write whole numbers as 30.0. -#}
{% macro safe_integer(expression) -%}
    try_cast(floor(try_cast({{ expression }} as double)) as int)
{%- endmacro %}

{% macro safe_boolean(expression) -%}
    try_cast({{ expression }} as boolean)
{%- endmacro %}

{#- Zoho writes special terms, such as the end of the month, as negative codes: those are not days. -#}
{% macro terms_in_days(expression) -%}
    case when {{ safe_integer(expression) }} >= 0 then {{ safe_integer(expression) }} end
{%- endmacro %}
