-- Grain: one row per value tier in force at as_of
{{ rules_in_force('value_tiers', {
    'value_tier': 'string',
    'rank': 'int',
    'label_en': 'string',
    'label_zh': 'string',
}) }}
