-- Grain: one row per risk tier in force at as_of
{{ rules_in_force('default_priors', {
    'risk_tier': 'string',
    'default_probability': 'double',
}) }}
