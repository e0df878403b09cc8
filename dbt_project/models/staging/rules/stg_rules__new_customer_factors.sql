-- Grain: one row per factor of the new-customer assessment in force at as_of
{{ rules_in_force('new_customer_factors', {
    'factor_id': 'string',
    'weight': 'double',
    'points_if_unknown': 'double',
}) }}
