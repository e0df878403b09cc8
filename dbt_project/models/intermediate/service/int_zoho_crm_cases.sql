-- Grain: one row per case of Zoho CRM, with when it ended and the invoice it disputes
-- Without a closing time a closed case ended when it last changed; a number of two invoices names neither.
{{ config(materialized='view') }}

with

cases as (

    select * from {{ ref('stg_zoho_crm__cases') }}

),

invoices as (

    select * from {{ ref('int_issued_invoices') }}

),

status_values as (

    {{ values_of('cases', 'status') }}

),

disputed as (

    select
        cases.case_id,
        min(invoices.document_id) as document_id
    from cases
    inner join invoices
        on cases.disputed_document_number = invoices.document_number
    group by cases.case_id
    having count(*) = 1

),

final as (

    select
        cases.source_system,
        cases.case_id,
        cases.case_number,
        cases.source_customer_id,
        cases.contact_id,
        cases.source_case_type,
        cases.source_severity,
        cases.source_status,
        cases.channel,
        cases.reason,
        cases.opened_at,
        cases.first_response_at,
        coalesce(
            cases.resolved_at,
            case when status_values.canonical_value = 'closed' then cases.modified_at end
        ) as resolved_at,
        cases.reopened_at,
        cases.reopen_count,
        cases.source_resolution_way,
        cases.source_resolution_result,
        disputed.document_id,
        cases.currency,
        cases.disputed_amount,
        cases.owner_id,
        cases.record_file,
        cases.record_line
    from cases
    left join status_values
        on
            cases.source_system = status_values.source
            and lower(trim(cases.source_status)) = status_values.source_value
    left join disputed
        on cases.case_id = disputed.case_id

)

select * from final
