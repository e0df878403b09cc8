-- Fails if a rule row names a rules version that does not exist.
{% set tables = [
    'risk_dimensions', 'risk_factors', 'factor_bands', 'risk_tiers', 'hard_rules', 'value_tiers', 'ageing_buckets',
    'model_parameters', 'exposure_parts', 'currencies', 'exchange_rates', 'value_mappings', 'customer_key_map',
    'landing_limits'
] %}

with rule_rows as (
    {% for table in tables %}
    select
        '{{ table }}' as rule_table,
        rules_version
    from {{ ref(table) }}
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
