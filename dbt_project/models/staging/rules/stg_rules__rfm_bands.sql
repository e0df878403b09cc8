-- Grain: one row per RFM measure and score in force at as_of
{{ rules_in_force('rfm_bands', {
    'rfm_measure': 'string',
    'rfm_score': 'int',
    'lower_bound': 'double',
    'upper_bound': 'double',
}) }}
