-- Grain: one row per early warning and the outcome it is graded by, in force at as_of
{{ rules_in_force('alert_outcomes', {
    'alert_id': 'string',
    'outcome_id': 'string',
}) }}
