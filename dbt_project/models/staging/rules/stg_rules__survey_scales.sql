-- Grain: one row per survey question in force on the rules date
{{ rules_in_force('survey_scales', {
    'metric': 'string',
    'worst_score': 'double',
    'best_score': 'double',
    'promoter_from': 'double',
    'detractor_to': 'double',
    'satisfied_from': 'double',
    'label_en': 'string',
    'label_zh': 'string',
}, on='rules_date') }}
