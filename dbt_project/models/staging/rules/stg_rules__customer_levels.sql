-- Grain: one row per level of customers in force at as_of
{{ rules_in_force('customer_levels', {
    'customer_level': 'string',
    'level_rank': 'int',
    'importance_points': 'double',
    'label_en': 'string',
    'label_zh': 'string',
}) }}
