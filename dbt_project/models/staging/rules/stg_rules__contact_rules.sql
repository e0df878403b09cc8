-- Grain: one row per kind of contact, channel and covering purpose of consent, in force on the rules date
{{ rules_in_force('contact_rules', {
    'record_type': 'string',
    'contact_type': 'string',
    'channel': 'string',
    'purpose': 'string',
}, on='rules_date') }}
