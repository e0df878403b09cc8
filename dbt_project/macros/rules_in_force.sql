{#- Rows of a rule table in force at as_of: effective_from inclusive, effective_to exclusive. `columns` maps name to type. -#}
{% macro rules_in_force(rule_table, columns) -%}
with

rules as (

    select * from {{ ref(rule_table) }}

),

context as (

    select * from {{ ref('stg_run__context') }}

),

final as (

    select
        {%- for name, type in columns.items() %}
        try_cast(rules.{{ name }} as {{ type }}) as {{ name }},
        {%- endfor %}
        try_cast(rules.rules_version as string) as rules_version
    from rules
    cross join context
    where
        try_cast(rules.effective_from as date) <= context.as_of_date
        and (rules.effective_to is null or try_cast(rules.effective_to as date) > context.as_of_date)

)

select * from final
{%- endmacro %}
