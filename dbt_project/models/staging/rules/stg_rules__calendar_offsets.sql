-- Grain: one row per calendar and moment (UTC) from which its offset holds, in force on the rules date
{{ rules_in_force('calendar_offsets', {
    'calendar': 'string',
    'starts_at': 'timestamp',
    'offset_minutes': 'int',
}, on='rules_date') }}
