-- Grain: one row per document and rule it breaks, where it stands; of dates of the future the first of a file
-- Without a rate the base amount is missing, so it is critical: the night is not published.
{{ config(materialized='view') }}

with

records as (

    select * from {{ ref('int_document_records') }}

),

faults as (

    select * from {{ ref('int_document_faults') }}

),

final as (

    select
        records.source_system,
        records.entity,
        records.record_file,
        min(records.record_line) as record_line,
        faults.column_name,
        faults.rule,
        faults.reason_code,
        faults.severity
    from records
    inner join faults
        on records.record_type = faults.record_type and records.document_id = faults.document_id
    group by
        records.source_system,
        records.entity,
        records.record_file,
        faults.column_name,
        faults.rule,
        faults.reason_code,
        faults.severity,
        -- a run for a past date has many of them, and they are in order on their own day
        case when faults.reason_code != 'date_in_future' then records.record_line end

)

select * from final
