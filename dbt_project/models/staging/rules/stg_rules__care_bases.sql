-- Grain: one row per purpose and legal basis that permit care in force at as_of
{{ rules_in_force('care_bases', {
    'purpose': 'string',
    'legal_basis': 'string',
}) }}
