-- Grain: one row per quadrant of importance and performance of a satisfaction driver in force at as_of
{{ rules_in_force('driver_quadrants', {
    'quadrant': 'string',
    'is_important': 'boolean',
    'performs_well': 'boolean',
    'label_en': 'string',
    'label_zh': 'string',
}) }}
