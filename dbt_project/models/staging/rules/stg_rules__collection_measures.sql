-- Grain: one row per measure of the intensity of collection in force at as_of
{{ rules_in_force('collection_measures', {
    'measure_id': 'string',
    'weight': 'decimal(9, 6)',
    'unit': 'string',
    'reason_code': 'string',
    'label_en': 'string',
    'label_zh': 'string',
    'reason_en': 'string',
    'reason_zh': 'string',
}) }}
