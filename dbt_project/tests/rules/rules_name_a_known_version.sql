-- Fails if a rule row names a rules version that does not exist.
with rule_rows as (
    {% for table in rule_tables() %}
    select
        '{{ table.name }}' as rule_table,
        rules_version
    from {{ table.relation }}
    {{ "union all" if not loop.last }}
    {% endfor %}
),

violations as (
    select
        rule_rows.rule_table,
        rule_rows.rules_version
    from rule_rows
    left join
        {{ ref('rules_versions') }} as rules_versions
        on rule_rows.rules_version = rules_versions.rules_version
    where rules_versions.rules_version is null
)

select * from violations
