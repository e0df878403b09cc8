-- Grain: one row per category of reasons for a lost deal in force at as_of
{{ rules_in_force('lost_reasons', {
    'lost_reason_category': 'string',
    'churn_weight': 'double',
    'label_en': 'string',
    'label_zh': 'string',
}) }}
