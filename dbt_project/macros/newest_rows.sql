{#- Common table expressions ending in `newest_rows`: the rows of `relation` that no later load replaces.
    Only rows of loads after the first can replace one, so a single load costs no comparison of its rows.
    The relation is named each time: engines would write a shared expression of millions of rows to memory. -#}
{% macro newest_rows(relation, key) -%}
loads as (

    select
        _batch_id,
        row_number() over (order by _loaded_at asc, _file asc, _batch_id asc) as load_rank
    from {{ relation }}
    group by _batch_id, _loaded_at, _file

),

replacements as (

    select
        later.{{ key }} as replaced_id,
        max(loads.load_rank) as newest_rank
    from {{ relation }} as later
    inner join loads
        on later._batch_id = loads._batch_id
    where loads.load_rank > 1
    group by later.{{ key }}

),

newest_rows as (

    select landed.*
    from {{ relation }} as landed
    inner join loads
        on landed._batch_id = loads._batch_id
    left join replacements
        on landed.{{ key }} = replacements.replaced_id
    where loads.load_rank = coalesce(replacements.newest_rank, loads.load_rank)

)
{%- endmacro %}

{#- The same for small entities: one row per key, the newest by load, then by modified time, then by line. -#}
{% macro newest_row_per_key(relation, key, modified='_loaded_at') -%}
ranked as (

    select
        *,
        row_number() over (
            partition by {{ key }}
            order by _loaded_at desc, {{ modified }} desc nulls last, _file desc, _line desc
        ) as newest_rank
    from {{ relation }}

),

newest_rows as (

    select * from ranked
    where newest_rank = 1

)
{%- endmacro %}
