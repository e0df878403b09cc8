-- Grain: one row per severity in force at as_of; no hard rule means unsecured
{{ rules_in_force('loss_severities', {
    'severity_id': 'string',
    'hard_rule': 'string',
    'loss_rate': 'double',
    'is_observable': 'boolean',
}) }}
