-- Grain: one row per currency and first day of its rate, as known to the run
{{ rules_in_force('exchange_rates', {
    'currency': 'string',
    'rate_date': 'date',
    'rate_to_base': 'decimal(18, 8)',
}, on='rules_date') }}
