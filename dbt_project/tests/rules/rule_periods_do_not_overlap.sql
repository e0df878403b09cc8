-- Fails if two rows of one rule key count on the same date, or a row ends before it starts.
with periods as (
    {% for table in rule_tables() %}
    select
        '{{ table.name }}' as rule_table,
        effective_from,
        effective_to,
        lead(effective_from) over (
            partition by {{ table.key | join(', ') }}
            order by effective_from asc nulls first
        ) as next_from
    from {{ table.relation }}
    {{ "union all" if not loop.last }}
    {% endfor %}
),

violations as (
    select
        rule_table,
        effective_from
    from periods
    where
        effective_to <= effective_from
        or next_from < effective_to
        or (effective_to is null and next_from is not null)
)

select * from violations
