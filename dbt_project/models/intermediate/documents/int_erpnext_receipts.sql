-- Grain: one row per receipt of ERPNext: of the ledger when it is landed, else of the payments, never of both
-- What an invoice settles by itself is in neither.
with

ledger_rows as (

    select * from {{ ref('int_erpnext_ledger_rows') }}

),

payments as (

    select * from {{ ref('stg_erpnext__payment_entries') }}

),

ledger as (

    select * from {{ ref('int_erpnext_ledger') }}

),

invoices as (

    select * from {{ ref('int_erpnext_submitted_invoices') }}

),

final as (

    select
        source_system,
        voucher_id as receipt_id,
        source_customer_id,
        min(entry_date) as receipt_date,
        currency,
        {{ implied_rate('sum(company_amount)', 'sum(amount)') }} as exchange_rate,
        cast(sum(amount) as decimal(18, 2)) as amount,
        cast(null as string) as source_status,
        'payment_ledger_entries' as entity,
        min(record_file) as record_file,
        min(record_line) as record_line
    from ledger_rows
    where row_type = 'receipt'
    group by source_system, voucher_id, source_customer_id, currency
    union all
    select
        payments.source_system,
        payments.receipt_id,
        payments.source_customer_id,
        payments.receipt_date,
        payments.currency,
        payments.exchange_rate,
        payments.amount,
        cast(null as string) as source_status,
        'payment_entries' as entity,
        payments.record_file,
        payments.record_line
    from payments
    cross join ledger
    where not ledger.is_landed
    union all
    select
        source_system,
        'erpnext:with_invoice:' || document_number as receipt_id,
        source_customer_id,
        issue_date as receipt_date,
        currency,
        exchange_rate,
        paid_amount as amount,
        cast(null as string) as source_status,
        'sales_invoices' as entity,
        record_file,
        record_line
    from invoices
    where paid_amount != 0

)

select * from final
