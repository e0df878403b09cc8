-- Grain: one row per ageing bucket in force at as_of
{{ rules_in_force('ageing_buckets', {
    'ageing_bucket': 'string',
    'sort_order': 'int',
    'dpd_from': 'int',
    'dpd_to': 'int',
    'is_credit': 'boolean',
    'label_en': 'string',
    'label_zh': 'string',
}) }}
