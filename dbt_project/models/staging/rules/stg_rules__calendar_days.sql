-- Grain: one row per exceptional day of a calendar in force on the rules date
{{ rules_in_force('calendar_days', {
    'calendar': 'string',
    'calendar_date': 'date',
    'works_as_weekday': 'int',
    'label_en': 'string',
    'label_zh': 'string',
}, on='rules_date') }}
