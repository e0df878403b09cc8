-- Grain: one row per ERPNext journal entry and customer that owes by it, such as a balance carried over
-- It is an invoice in all but name; nothing in the exports calls it off.
{{ config(materialized='view') }}

with

ledger_rows as (

    select * from {{ ref('int_erpnext_ledger_rows') }}

),

final as (

    select
        source_system,
        voucher_id as document_id,
        voucher_id as document_number,
        source_customer_id,
        min(entry_date) as issue_date,
        min(due_date) as due_date,
        cast(null as int) as terms_days,
        currency,
        {{ implied_rate('sum(company_amount)', 'sum(amount)') }} as exchange_rate,
        cast(-sum(amount) as decimal(18, 2)) as amount,
        'Submitted' as source_status,
        min(record_file) as record_file,
        min(record_line) as record_line
    from ledger_rows
    where row_type = 'claim'
    group by source_system, voucher_id, source_customer_id, currency

)

select * from final
