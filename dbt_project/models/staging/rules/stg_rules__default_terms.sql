-- Grain: one row per term of the default model in force at as_of
{{ rules_in_force('default_terms', {
    'term': 'string',
    'label_en': 'string',
    'label_zh': 'string',
}) }}
