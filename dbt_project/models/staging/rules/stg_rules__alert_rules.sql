-- Grain: one row per early warning in force at as_of
{{ rules_in_force('alert_rules', {
    'alert_id': 'string',
    'dimension': 'string',
    'watched_measure': 'string',
    'unit': 'string',
    'direction': 'string',
    'open_threshold': 'double',
    'clear_threshold': 'double',
    'worsen_step': 'double',
    'alert_severity': 'string',
    'action_owner': 'string',
    'due_days': 'int',
    'label_en': 'string',
    'label_zh': 'string',
    'evidence_en': 'string',
    'evidence_zh': 'string',
}) }}
