-- Grain: one row per working calendar in force on the rules date
{{ rules_in_force('working_calendars', {
    'calendar': 'string',
    'is_company': 'boolean',
    'label_en': 'string',
    'label_zh': 'string',
}, on='rules_date') }}
