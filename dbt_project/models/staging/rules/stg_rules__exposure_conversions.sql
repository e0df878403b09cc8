-- Grain: one row per part of the exposure in force at as_of
{{ rules_in_force('exposure_conversions', {
    'part': 'string',
    'conversion_factor': 'decimal(9, 6)',
    'is_observable': 'boolean',
}) }}
