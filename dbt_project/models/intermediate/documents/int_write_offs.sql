-- Grain: one row per write-off of any source, with its customer
-- Dates are not cut off here: what counts on a day is for the models that measure.
with

records as (

    {{ union_of(['int_erpnext_write_offs', 'stg_files__write_offs'], [
        'source_system', 'write_off_id', 'source_customer_id', 'document_id', 'write_off_date', 'currency',
        'exchange_rate', 'amount', 'reason', 'record_file', 'record_line',
    ]) }}

),

identities as (

    select * from {{ ref('int_customer_identities') }}

),

final as (

    select
        records.write_off_id,
        identities.customer_key,
        records.document_id,
        records.write_off_date,
        records.currency,
        records.exchange_rate,
        records.amount,
        records.reason,
        records.source_system,
        records.record_file,
        records.record_line
    from records
    left join identities
        on
            records.source_system = identities.source_system
            and records.source_customer_id = identities.source_customer_id

)

select * from final
