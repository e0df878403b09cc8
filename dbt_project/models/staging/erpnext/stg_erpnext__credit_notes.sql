-- Grain: one row per return, which is a credit note
-- A return that keeps its own balance lowers no invoice until the ledger says so.
with

sales_invoices as (

    select * from {{ ref('stg_erpnext__sales_invoices') }}

),

final as (

    select
        source_system,
        'erpnext:credit_note:' || document_number as document_id,
        document_number,
        source_customer_id,
        issue_date,
        currency,
        exchange_rate,
        -amount as amount,
        cast(null as string) as original_document_number,
        case when not keeps_own_balance then 'erpnext:' || original_document_number end
            as original_document_id,
        source_status,
        record_file,
        record_line
    from sales_invoices
    where is_return

)

select * from final
