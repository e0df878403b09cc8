-- Grain: one row per calendar and moment (UTC) from which its local time differs from UTC by that much in force on the rules date
{{ rules_in_force('calendar_offsets', {
    'calendar': 'string',
    'starts_at': 'timestamp',
    'offset_minutes': 'int',
}, on='rules_date') }}
