-- Grain: one row per kind of request from which on a person is not contacted, in force at as_of
{{ rules_in_force('contact_stops', {
    'request_type': 'string',
}) }}
