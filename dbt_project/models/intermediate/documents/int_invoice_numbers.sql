-- Grain: one row per source system and invoice number
-- Zoho Books names the invoice by its number; a number used twice resolves to nothing and is a finding.
with

invoices as (

    select * from {{ ref('int_invoices') }}

),

final as (

    select
        source_system,
        document_number,
        case when count(*) = 1 then min(document_id) end as document_id,
        cast(count(*) as int) as documents
    from invoices
    where source_system = 'zoho_books' and document_number is not null
    group by source_system, document_number

)

select * from final
