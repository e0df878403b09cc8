-- Grain: one row per retention rule in force at as_of
{{ rules_in_force('retention_rules', {
    'rule_id': 'string',
    'priority': 'int',
    'factor_id': 'string',
    'points_from': 'double',
    'score_from': 'double',
    'value_rank_from': 'int',
    'revenue_at_risk_from': 'decimal(18, 2)',
    'action_en': 'string',
    'action_zh': 'string',
    'responsible': 'string',
    'respond_days': 'int',
}) }}
