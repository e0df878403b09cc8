-- Grain: one row per amount given up in ERPNext: on the invoice itself, or by a journal entry of the ledger
{{ config(materialized='view') }}

with

invoices as (

    select * from {{ ref('int_erpnext_submitted_invoices') }}

),

ledger_rows as (

    select * from {{ ref('int_erpnext_ledger_rows') }}

),

final as (

    select
        source_system,
        'erpnext:' || document_number as write_off_id,
        source_customer_id,
        'erpnext:' || document_number as document_id,
        issue_date as write_off_date,
        currency,
        exchange_rate,
        write_off_amount as amount,
        cast(null as string) as reason,
        record_file,
        record_line
    from invoices
    where write_off_amount != 0 and not is_return
    union all
    select
        source_system,
        'erpnext:' || ledger_entry_id as write_off_id,
        source_customer_id,
        document_id,
        entry_date as write_off_date,
        currency,
        {{ implied_rate('company_amount', 'amount') }} as exchange_rate,
        amount,
        cast(null as string) as reason,
        record_file,
        record_line
    from ledger_rows
    where row_type = 'write_off'

)

select * from final
