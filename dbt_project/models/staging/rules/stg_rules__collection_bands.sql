-- Grain: one row per measure of the intensity of collection and band in force at as_of
{{ rules_in_force('collection_bands', {
    'measure_id': 'string',
    'band': 'int',
    'lower_bound': 'double',
    'upper_bound': 'double',
    'points_at_lower': 'double',
    'points_at_upper': 'double',
}) }}
