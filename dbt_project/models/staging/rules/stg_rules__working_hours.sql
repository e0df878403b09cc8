-- Grain: one row per calendar, weekday and shift in force on the rules date
{{ rules_in_force('working_hours', {
    'calendar': 'string',
    'weekday': 'int',
    'shift': 'int',
    'opens_at': 'string',
    'closes_at': 'string',
}, on='rules_date') }}
