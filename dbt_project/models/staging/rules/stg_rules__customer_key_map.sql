-- Grain: one row per source customer mapped by hand, in force for the run
{{ rules_in_force('customer_key_map', {
    'source_system': 'string',
    'source_customer_id': 'string',
    'target_system': 'string',
    'target_customer_id': 'string',
}, on='rules_date') }}
