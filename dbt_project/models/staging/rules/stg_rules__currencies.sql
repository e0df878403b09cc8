-- Grain: one row per currency in force at as_of
{{ rules_in_force('currencies', {
    'currency': 'string',
    'is_base': 'boolean',
    'label_en': 'string',
    'label_zh': 'string',
}) }}
