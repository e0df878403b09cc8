-- Grain: one row per factor and band in force at as_of
{{ rules_in_force('factor_bands', {
    'factor_id': 'string',
    'band': 'int',
    'lower_bound': 'double',
    'upper_bound': 'double',
    'points_at_lower': 'double',
    'points_at_upper': 'double',
}) }}
