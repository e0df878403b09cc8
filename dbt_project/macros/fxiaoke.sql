{#- Records of Fxiaoke as they count: the newest row of each key, not deleted, and through with its approval.
    A record under review does not count yet: int_record_states says how many there are and what they are worth. -#}
{% macro counted_records(relation, key) -%}
{{ newest_row_per_key(relation, key, modified='modified_time') }},

counted as (

    select * from newest_rows
    where
        coalesce({{ safe_boolean('is_deleted') }}, false) = false
        and coalesce(life_status, 'normal') in ('normal', 'in_change')

)
{%- endmacro %}

{#- Landed rows of two generations of one object under the same names, with the generation that brought them. -#}
{% macro both_generations(objects, columns) -%}
generations as (

    {%- for name, entity, rank in objects %}
    select
        '{{ name }}' as source_object,
        {{ rank }} as generation_rank,
        {%- for column in columns %}
        {{ column }},
        {%- endfor %}
        life_status,
        is_deleted,
        modified_time,
        _file,
        _line,
        _loaded_at
    from {{ raw('fxiaoke', entity) }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

)
{%- endmacro %}
