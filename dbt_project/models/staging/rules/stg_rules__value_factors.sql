-- Grain: one row per factor of customer value in force at as_of
{{ rules_in_force('value_factors', {
    'value_factor': 'string',
    'value_component': 'string',
    'weight': 'double',
    'unit': 'string',
    'label_en': 'string',
    'label_zh': 'string',
}) }}
