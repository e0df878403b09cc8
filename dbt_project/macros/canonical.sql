{#- Records of several staging models under the same names: what an int_ model of one entity starts from. -#}
{% macro union_of(models, columns) -%}
    {%- for model in models %}
    select
        {%- for column in columns %}
        {{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref(model) }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
{%- endmacro %}

{#- What the values of one column of one entity mean, for every source: join on source and lower(trim(value)). -#}
{% macro values_of(entity, column) -%}
    select
        source,
        lower(trim(source_value)) as source_value,
        canonical_value
    from {{ ref('stg_rules__value_mappings') }}
    where entity = '{{ entity }}' and column_name = '{{ column }}'
{%- endmacro %}

{#- The canonical value of records.source_<column>: files carry it already (the door checked it), systems are mapped. -#}
{% macro canonical(column) -%}
    case when records.source_system = 'files' then records.source_{{ column }} else {{ column }}_values.canonical_value end
{%- endmacro %}
