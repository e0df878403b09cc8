-- Grain: one row per kind and severity of a case in force at as_of
{{ rules_in_force('sla_targets', {
    'case_type': 'string',
    'case_severity': 'string',
    'calendar': 'string',
    'response_target': 'int',
    'resolution_target': 'int',
    'at_risk_share': 'double',
}) }}
