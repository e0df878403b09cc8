-- Grain: one row per class of importance or contribution in force at as_of
{{ rules_in_force('value_classes', {
    'value_component': 'string',
    'value_class': 'string',
    'score_from': 'double',
    'score_to': 'double',
}) }}
