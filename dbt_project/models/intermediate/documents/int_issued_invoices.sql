-- Grain: one row per invoice that is a claim (drafts and voided invoices are none)
-- Derived states such as Overdue or Paid map to issued: whether it is paid is recomputed from the receipts.
{{ config(materialized='view') }}

with

records as (

    {{ union_of(
        ['stg_zoho_books__invoices', 'stg_erpnext__invoices', 'int_erpnext_claims', 'stg_files__invoices', 'int_fxiaoke_claims'], [
        'source_system', 'document_id', 'document_number', 'source_customer_id', 'issue_date', 'due_date',
        'terms_days', 'currency', 'exchange_rate', 'amount', 'source_status',
    ]) }}

),

status_values as (

    {{ values_of('invoices', 'status') }}

),

final as (

    select
        records.document_id,
        records.source_system,
        records.document_number,
        records.source_customer_id,
        records.issue_date,
        records.due_date,
        records.terms_days,
        records.currency,
        records.exchange_rate,
        records.amount
    from records
    left join status_values
        on
            records.source_system = status_values.source
            and lower(trim(records.source_status)) = status_values.source_value
    where {{ canonical('status') }} = 'issued'

)

select * from final
