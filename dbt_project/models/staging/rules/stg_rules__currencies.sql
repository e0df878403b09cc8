-- Grain: one row per currency in force for the run
{{ rules_in_force('currencies', {
    'currency': 'string',
    'is_base': 'boolean',
    'label_en': 'string',
    'label_zh': 'string',
}, on='rules_date') }}
