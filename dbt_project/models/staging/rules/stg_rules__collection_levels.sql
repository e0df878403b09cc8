-- Grain: one row per intensity of collection in force at as_of
{{ rules_in_force('collection_levels', {
    'intensity': 'string',
    'rank': 'int',
    'score_from': 'double',
    'balance_from': 'decimal(18, 2)',
    'label_en': 'string',
    'label_zh': 'string',
}) }}
