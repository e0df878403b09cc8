-- Grain: one row per grade of the new-customer assessment in force at as_of
{{ rules_in_force('new_customer_grades', {
    'grade': 'string',
    'rank': 'int',
    'score_from': 'double',
    'score_to': 'double',
    'starting_limit': 'decimal(18, 2)',
    'limit_cap': 'decimal(18, 2)',
    'terms_days': 'int',
    'review_days': 'int',
    'label_en': 'string',
    'label_zh': 'string',
}) }}
