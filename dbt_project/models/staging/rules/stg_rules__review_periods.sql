-- Grain: one row per risk tier that is reviewed in force at as_of
{{ rules_in_force('review_periods', {
    'risk_tier': 'string',
    'review_days': 'int',
}) }}
