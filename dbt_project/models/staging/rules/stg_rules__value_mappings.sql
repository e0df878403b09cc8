-- Grain: one row per value of a source column in force at as_of
{{ rules_in_force('value_mappings', {
    'source': 'string',
    'entity': 'string',
    'column_name': 'string',
    'source_value': 'string',
    'canonical_value': 'string',
}) }}
