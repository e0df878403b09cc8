-- Grain: one row per loyalty plan with a rule of its own in force at as_of
{{ rules_in_force('loyalty_plans', {
    'plan': 'string',
    'is_spendable': 'boolean',
}) }}
