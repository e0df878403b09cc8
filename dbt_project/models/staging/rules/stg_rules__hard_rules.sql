-- Grain: one row per hard rule in force at as_of
{{ rules_in_force('hard_rules', {
    'rule_id': 'string',
    'days': 'int',
    'amount': 'decimal(18, 2)',
    'minimum_tier': 'string',
    'label_en': 'string',
    'label_zh': 'string',
}) }}
