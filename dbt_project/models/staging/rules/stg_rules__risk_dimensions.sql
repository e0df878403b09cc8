-- Grain: one row per risk dimension in force at as_of
{{ rules_in_force('risk_dimensions', {
    'dimension': 'string',
    'weight': 'double',
    'min_evidence': 'int',
    'label_en': 'string',
    'label_zh': 'string',
}) }}
