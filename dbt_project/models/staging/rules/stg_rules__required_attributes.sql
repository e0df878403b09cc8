-- Grain: one row per attribute that a customer record needs in force at as_of
{{ rules_in_force('required_attributes', {
    'required_attribute': 'string',
    'applies_to': 'string',
    'label_en': 'string',
    'label_zh': 'string',
}) }}
