{#- Seconds of working time as minutes; time that ends before it starts is no time. -#}
{% macro working_minutes(seconds) -%}
    case when {{ seconds }} >= 0 then round(cast({{ seconds }} as double) / 60, 2) end
{%- endmacro %}

{#- State of one clock, `response` or `resolution`, from its _seconds and _target: met to the second, breached after it. -#}
{% macro sla_state(is_done, clock) -%}
    case
        when {{ clock }}_target is null or {{ clock }}_seconds is null or {{ clock }}_seconds < 0 then 'unknown'
        when {{ clock }}_seconds > {{ clock }}_target * 60 then 'breached'
        when {{ is_done }} then 'met'
        when {{ clock }}_seconds >= {{ clock }}_target * 60 * at_risk_share then 'at_risk'
        else 'running'
    end
{%- endmacro %}
