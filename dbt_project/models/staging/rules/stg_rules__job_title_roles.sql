-- Grain: one row per word of job titles in force at as_of
{{ rules_in_force('job_title_roles', {
    'keyword': 'string',
    'match_kind': 'string',
    'contact_role': 'string',
    'role_rank': 'int',
}) }}
