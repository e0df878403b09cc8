-- Grain: one row per credit note that counts (drafts and voided ones do not)
{{ config(materialized='view') }}

with

records as (

    {{ union_of([
        'stg_zoho_books__credit_notes', 'int_erpnext_credit_notes', 'stg_files__credit_notes',
        'int_fxiaoke_credit_notes',
    ], [
        'source_system', 'document_id', 'document_number', 'source_customer_id', 'issue_date', 'currency',
        'exchange_rate', 'amount', 'original_document_number', 'original_document_id', 'source_status',
    ]) }}

),

status_values as (

    {{ values_of('credit_notes', 'status') }}

),

final as (

    select
        records.document_id,
        records.source_system,
        records.document_number,
        records.source_customer_id,
        records.issue_date,
        records.currency,
        records.exchange_rate,
        records.amount,
        records.original_document_number,
        records.original_document_id
    from records
    left join status_values
        on
            records.source_system = status_values.source
            and lower(trim(records.source_status)) = status_values.source_value
    where {{ canonical('status') }} = 'issued'

)

select * from final
