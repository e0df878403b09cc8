-- Grain: one row per risk tier in force at as_of
{{ rules_in_force('risk_tiers', {
    'risk_tier': 'string',
    'rank': 'int',
    'score_from': 'double',
    'score_to': 'double',
    'label_en': 'string',
    'label_zh': 'string',
}) }}
