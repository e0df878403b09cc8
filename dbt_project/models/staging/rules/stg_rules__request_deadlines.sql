-- Grain: one row per kind of request and standard in force at as_of
{{ rules_in_force('request_deadlines', {
    'request_type': 'string',
    'standard': 'string',
    'answer_days': 'int',
}) }}
