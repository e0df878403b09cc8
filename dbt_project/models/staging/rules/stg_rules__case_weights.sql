-- Grain: one row per value of a case's kind, severity, resolution way and result in force at as_of
{{ rules_in_force('case_weights', {
    'case_attribute': 'string',
    'case_value': 'string',
    'case_weight': 'double',
}) }}
