{#- The dimensions of the score, each a <dimension>_score and <dimension>_evidence column of the risk fact. -#}
{% macro risk_dimensions() -%}
    {{ return([
        'credit', 'churn', 'contract', 'relationship', 'complaint', 'protection', 'satisfaction', 'loyalty'
    ]) }}
{%- endmacro %}

{#- The models whose rows int_factor_values unites: a dimension joins the score by adding its model here. -#}
{% macro factor_input_models() -%}
    {{ return(['int_credit_factor_inputs', 'int_assessment_factor_inputs', 'int_churn_factor_inputs']) }}
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
