-- Grain: one row per receipt of money (draft, failed and voided payments are none)
-- Where a source gives its receipts no status, as older exports do, what it lists was received.
{{ config(materialized='view') }}

with

records as (

    {{ union_of([
        'stg_zoho_books__customer_payments', 'int_erpnext_receipts', 'stg_files__receipts', 'int_fxiaoke_receipts',
    ], [
        'source_system', 'receipt_id', 'source_customer_id', 'receipt_date', 'currency', 'exchange_rate',
        'amount', 'source_status',
    ]) }}

),

status_values as (

    {{ values_of('receipts', 'status') }}

),

final as (

    select
        records.receipt_id,
        records.source_system,
        records.source_customer_id,
        records.receipt_date,
        records.currency,
        records.exchange_rate,
        records.amount
    from records
    left join status_values
        on
            records.source_system = status_values.source
            and lower(trim(records.source_status)) = status_values.source_value
    where {{ canonical('status') }} = 'received' or records.source_status is null

)

select * from final
