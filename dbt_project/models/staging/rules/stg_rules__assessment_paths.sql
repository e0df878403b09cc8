-- Grain: one row per path of assessment in force at as_of
{{ rules_in_force('assessment_paths', {
    'assessment_path': 'string',
    'sort_order': 'int',
    'max_purchases': 'int',
    'max_relation_days': 'int',
    'max_matured_documents': 'int',
    'is_assessed': 'boolean',
    'is_reviewed': 'boolean',
    'label_en': 'string',
    'label_zh': 'string',
}) }}
