-- Grain: one row per value tier and risk tier in force at as_of
{{ rules_in_force('attention_matrix', {
    'rule_id': 'string',
    'value_tier': 'string',
    'risk_tier': 'string',
    'attention_level': 'string',
    'respond_days': 'int',
    'action_en': 'string',
    'action_zh': 'string',
}) }}
