-- Grain: one row per risk factor in force at as_of
{{ rules_in_force('risk_factors', {
    'factor_id': 'string',
    'dimension': 'string',
    'weight': 'double',
    'unit': 'string',
    'direction': 'string',
    'prior_value': 'double',
    'prior_weight': 'double',
    'reason_code': 'string',
    'label_en': 'string',
    'label_zh': 'string',
    'reason_en': 'string',
    'reason_zh': 'string',
}) }}
