-- Grain: one row per segment of RFM scores in force at as_of
{{ rules_in_force('rfm_segments', {
    'rfm_segment': 'string',
    'sort_order': 'int',
    'recency_from': 'int',
    'recency_to': 'int',
    'frequency_from': 'int',
    'frequency_to': 'int',
    'monetary_from': 'int',
    'monetary_to': 'int',
    'label_en': 'string',
    'label_zh': 'string',
}) }}
