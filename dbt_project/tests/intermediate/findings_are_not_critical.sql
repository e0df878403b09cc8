-- Fails if a finding is critical: a document without a rate, or in a status nobody gave a meaning.
select
    source_system,
    entity,
    record_file,
    record_line,
    reason_code
from {{ ref('int_row_findings') }}
where severity = 'critical'
