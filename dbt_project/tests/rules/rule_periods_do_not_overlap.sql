-- Fails if two rows of one rule key count on the same date, or a row ends before it starts.
{% set keys = {
    'risk_dimensions': ['dimension'],
    'risk_factors': ['factor_id'],
    'factor_bands': ['factor_id', 'band'],
    'risk_tiers': ['risk_tier'],
    'hard_rules': ['rule_id'],
    'value_tiers': ['value_tier'],
    'ageing_buckets': ['ageing_bucket'],
    'model_parameters': ['parameter'],
    'exposure_parts': ['part'],
    'currencies': ['currency'],
    'exchange_rates': ['currency', 'rate_date'],
    'value_mappings': ['source', 'entity', 'column_name', 'source_value'],
    'customer_key_map': ['source_system', 'source_customer_id'],
    'landing_limits': ['parameter', 'source']
} %}

with periods as (
    {% for table, columns in keys.items() %}
    select
        '{{ table }}' as rule_table,
        effective_from,
        effective_to,
        lead(effective_from) over (
            partition by {{ columns | join(', ') }}
            order by effective_from asc nulls first
        ) as next_from
    from {{ ref(table) }}
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
