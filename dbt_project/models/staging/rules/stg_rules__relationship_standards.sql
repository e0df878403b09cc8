-- Grain: one row per value tier in force at as_of
{{ rules_in_force('relationship_standards', {
    'value_tier': 'string',
    'contact_every_days': 'int',
    'contact_touched_days': 'int',
    'contacts_wanted': 'int',
    'decision_maker_wanted': 'boolean',
    'care_every_days': 'int',
}) }}
