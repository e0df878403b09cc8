-- Grain: one row per class of contribution and of importance in force at as_of
{{ rules_in_force('value_matrix', {
    'contribution_class': 'string',
    'importance_class': 'string',
    'value_tier': 'string',
}) }}
