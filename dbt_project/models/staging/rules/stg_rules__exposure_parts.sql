-- Grain: one row per part of exposure in force at as_of
{{ rules_in_force('exposure_parts', {
    'part': 'string',
    'sign': 'int',
    'is_included': 'boolean',
}) }}
