-- Grain: one row per outcome in force at as_of
{{ rules_in_force('outcomes', {
    'outcome_id': 'string',
    'outcome_type': 'string',
    'days_over': 'int',
    'window_days': 'int',
    'population': 'string',
    'label_en': 'string',
    'label_zh': 'string',
}) }}
