-- Grain: one row per hard rule in force at as_of
{{ rules_in_force('hard_rules', {
    'rule_id': 'string',
    'trigger_type': 'string',
    'days': 'int',
    'expires_days': 'int',
    'amount': 'decimal(18, 2)',
    'is_default': 'boolean',
    'minimum_tier': 'string',
    'label_en': 'string',
    'label_zh': 'string',
}) }}
