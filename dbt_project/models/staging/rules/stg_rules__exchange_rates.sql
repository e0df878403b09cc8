-- Grain: one row per currency and first day of its rate, as known at as_of
{{ rules_in_force('exchange_rates', {
    'currency': 'string',
    'rate_date': 'date',
    'rate_to_base': 'decimal(18, 8)',
}) }}
