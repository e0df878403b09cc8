-- Grain: one row per value of a source column in force for the run
{{ rules_in_force('value_mappings', {
    'source': 'string',
    'entity': 'string',
    'column_name': 'string',
    'source_value': 'string',
    'canonical_value': 'string',
}, on='rules_date') }}
