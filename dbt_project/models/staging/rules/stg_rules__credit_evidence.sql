-- Grain: one row per kind of external evidence in force at as_of
{{ rules_in_force('credit_evidence', {
    'entity': 'string',
    'evidence_type': 'string',
    'factor_id': 'string',
    'valid_days': 'int',
    'offset_value': 'double',
    'multiplier': 'double',
}) }}
