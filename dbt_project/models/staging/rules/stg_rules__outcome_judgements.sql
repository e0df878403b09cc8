-- Grain: one row per outcome and dimension that it judges, in force at as_of
{{ rules_in_force('outcome_judgements', {
    'outcome_id': 'string',
    'dimension': 'string',
}) }}
