-- Grain: one row per model parameter in force at as_of
{{ rules_in_force('model_parameters', {
    'parameter': 'string',
    'value': 'double',
    'unit': 'string',
}) }}
