-- Grain: one row per kind of contract and required clause in force at as_of
{{ rules_in_force('contract_clauses', {
    'contract_type': 'string',
    'clause': 'string',
    'clause_weight': 'double',
    'label_en': 'string',
    'label_zh': 'string',
}) }}
