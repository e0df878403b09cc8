-- Grain: one row per finding of information protection in force at as_of
{{ rules_in_force('protection_findings', {
    'finding': 'string',
    'finding_severity': 'string',
    'finding_weight': 'double',
    'label_en': 'string',
    'label_zh': 'string',
    'action_en': 'string',
    'action_zh': 'string',
}) }}
