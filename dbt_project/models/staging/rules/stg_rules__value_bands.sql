-- Grain: one row per value factor and band in force at as_of
{{ rules_in_force('value_bands', {
    'value_factor': 'string',
    'band': 'int',
    'lower_bound': 'double',
    'upper_bound': 'double',
    'points_at_lower': 'double',
    'points_at_upper': 'double',
}) }}
