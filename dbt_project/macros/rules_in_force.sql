{#- Rows of a rule table in force: effective_from inclusive, effective_to exclusive. `columns` maps name to type. `on` is the
    date that decides: as_of_date of the date measured, or rules_date of the run for what reads the sources. -#}
{% macro rules_in_force(rule_table, columns, on='as_of_date') -%}
with

rules as (

    select * from {{ ref(rule_table) }}

),

days as (

    select {{ on }} as day_in_force
    from {{ ref('stg_run__context' if on == 'as_of_date' else 'stg_run__settings') }}

),

final as (

    select
        {%- for name, type in columns.items() %}
        try_cast(rules.{{ name }} as {{ type }}) as {{ name }},
        {%- endfor %}
        try_cast(rules.rules_version as string) as rules_version
    from rules
    cross join days
    where
        try_cast(rules.effective_from as date) <= days.day_in_force
        and (rules.effective_to is null or try_cast(rules.effective_to as date) > days.day_in_force)

)

select * from final
{%- endmacro %}
