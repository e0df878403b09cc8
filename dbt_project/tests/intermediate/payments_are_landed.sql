-- Fails if no payment was ever landed of a source with an invoice that is overdue: forgotten, or nobody paid.
{{ config(severity='warn') }}

select silent_sources.source_system
from {{ ref('int_silent_sources') }} as silent_sources
where exists (
    select 1
    from {{ ref('int_document_balances') }} as balances
    where
        balances.document_type = 'invoice'
        and balances.dpd > 0
        and balances.document_id like silent_sources.document_pattern
)
