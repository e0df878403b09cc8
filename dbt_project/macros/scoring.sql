{#- The dimensions of the score, each a <dimension>_score and <dimension>_evidence column of the risk fact. -#}
{% macro risk_dimensions() -%}
    {{ return([
        'credit', 'churn', 'contract', 'relationship', 'complaint', 'protection', 'satisfaction', 'loyalty'
    ]) }}
{%- endmacro %}

{#- The models whose rows int_factor_values unites: a dimension joins the score by adding its model here. -#}
{% macro factor_input_models() -%}
    {{ return([
        'int_credit_factor_inputs',
        'int_assessment_factor_inputs',
        'int_churn_factor_inputs',
        'int_relationship_factor_inputs',
        'int_loyalty_factor_inputs',
        'int_contract_factor_inputs',
        'int_complaint_factor_inputs',
        'int_protection_factor_inputs',
        'int_satisfaction_factor_inputs'
    ]) }}
{%- endmacro %}

{#- Long rows from a wide relation whose columns are named after their factor. `factors` maps a factor to the
    expressions of its credibility (how much the value weighs against a prior) and its evidence (observations). -#}
{% macro factor_rows(relation, factors) -%}
    {%- for factor_id, (credibility, evidence) in factors.items() %}
    select
        customer_key,
        '{{ factor_id }}' as factor_id,
        cast({{ factor_id }} as double) as raw_value,
        cast({{ credibility }} as double) as credibility,
        cast({{ evidence }} as int) as evidence
    from {{ relation }}
    where {{ factor_id }} is not null
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
{%- endmacro %}

{#- Models of measures beyond factors and scores that alerts and controls may watch: customer_key, watched_measure,
    measure_value double. -#}
{% macro watched_measure_models() -%}
    {{ return(['int_customer_state_measures']) }}
{%- endmacro %}

{#- A value as the evidence of an alert or a control shows it: shares in percent, whole days and counts. -#}
{% macro shown_value(value, unit) -%}
    case
        when {{ unit }} = 'share' then cast(cast(round({{ value }} * 100, 1) as decimal(18, 1)) as string) || ' %'
        when {{ unit }} in ('days', 'rank', 'count') then cast(cast(round({{ value }}, 0) as decimal(18, 0)) as string)
        when {{ unit }} = 'points' then cast(cast(round({{ value }}, 1) as decimal(18, 1)) as string)
        else cast(cast(round({{ value }}, 2) as decimal(18, 2)) as string)
    end
{%- endmacro %}

{#- Long rows (customer_key, watched_measure, measure_value) from a wide relation, one for each named column that is
    not null. -#}
{% macro measure_rows(relation, measures) -%}
    {%- for measure in measures %}
    select
        customer_key,
        '{{ measure }}' as watched_measure,
        cast({{ measure }} as double) as measure_value
    from {{ relation }}
    where {{ measure }} is not null
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
{%- endmacro %}

{#- Points of a value inside the band joined as `bands`: linear from edge to edge, flat in the open last one. -#}
{% macro points_in_band(value) -%}
    bands.points_at_lower
        + coalesce(
            (bands.points_at_upper - bands.points_at_lower)
            * ({{ value }} - bands.lower_bound)
            / nullif(bands.upper_bound - bands.lower_bound, 0),
            0
        )
{%- endmacro %}
