-- Grain: one row per recommended control in force at as_of
{{ rules_in_force('control_rules', {
    'control_rule_id': 'string',
    'control_type': 'string',
    'priority': 'int',
    'risk_tier': 'string',
    'value_tier': 'string',
    'assessment_path': 'string',
    'watched_measure': 'string',
    'min_value': 'double',
    'max_value': 'double',
    'limit_months': 'double',
    'terms_to': 'int',
    'action_owner': 'string',
    'due_days': 'int',
    'label_en': 'string',
    'label_zh': 'string',
}) }}
