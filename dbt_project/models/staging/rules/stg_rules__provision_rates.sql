-- Grain: one row per ageing bucket in force at as_of
{{ rules_in_force('provision_rates', {
    'ageing_bucket': 'string',
    'floor_rate': 'double',
    'fallback_rate': 'double',
}) }}
