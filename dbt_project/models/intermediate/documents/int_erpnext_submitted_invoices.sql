-- Grain: one row per ERPNext sales invoice or return that counts: submitted, not draft and not cancelled
-- What is settled on the invoice itself, at the till or given up, is read from here.
{{ config(materialized='view') }}

with

records as (

    select * from {{ ref('stg_erpnext__sales_invoices') }}

),

status_values as (

    {{ values_of('invoices', 'status') }}

),

final as (

    select
        records.source_system,
        records.document_number,
        records.source_customer_id,
        records.is_return,
        records.issue_date,
        records.currency,
        records.exchange_rate,
        records.write_off_amount,
        records.paid_amount,
        records.record_file,
        records.record_line
    from records
    inner join status_values
        on
            records.source_system = status_values.source
            and lower(trim(records.source_status)) = status_values.source_value
    where status_values.canonical_value = 'issued'

)

select * from final
