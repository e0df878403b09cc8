-- Grain: one row per ageing bucket of overdue invoices and its weight in force at as_of
{{ rules_in_force('collection_age_weights', {'ageing_bucket': 'string', 'age_weight': 'decimal(9, 2)'}) }}
