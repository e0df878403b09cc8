-- Grain: one row per customer that documents name and no customer export has, and file: its first record
-- The documents count: the customer was made from them.
{{ config(materialized='view') }}

with

records as (

    select * from {{ ref('int_document_records') }}

),

identities as (

    select * from {{ ref('int_customer_identities') }}

),

final as (

    select
        records.source_system,
        records.entity,
        records.record_file,
        min(records.record_line) as record_line,
        'customer_id' as column_name,
        'customer is in a customer export' as rule,
        'orphan_customer' as reason_code,
        'warning' as severity
    from records
    inner join identities
        on
            records.source_system = identities.source_system
            and records.source_customer_id = identities.source_customer_id
    where identities.is_placeholder
    group by records.source_system, records.entity, records.record_file, records.source_customer_id

)

select * from final
