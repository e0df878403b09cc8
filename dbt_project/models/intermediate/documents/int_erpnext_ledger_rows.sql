-- Grain: one row per ERPNext ledger entry that no invoice or return wrote, and the document it moves
-- A journal entry that owes by itself is a claim; its kind may make it a write-off; the rest is money.
with

entries as (

    select * from {{ ref('stg_erpnext__payment_ledger_entries') }}

),

journals as (

    select * from {{ ref('stg_erpnext__journal_entries') }}

),

sales_invoices as (

    select * from {{ ref('stg_erpnext__sales_invoices') }}

),

journal_type_values as (

    {{ values_of('journal_entries', 'journal_type') }}

),

final as (

    select
        entries.source_system,
        entries.ledger_entry_id,
        entries.source_customer_id,
        entries.entry_date,
        entries.due_date,
        entries.currency,
        -entries.amount as amount,
        -entries.company_amount as company_amount,
        case
            when entries.is_own_balance and entries.voucher_type = 'Journal Entry' and entries.amount > 0
                then 'claim'
            when journal_type_values.canonical_value = 'write_off' then 'write_off'
            else 'receipt'
        end as row_type,
        entries.voucher_id,
        case
            when entries.against_voucher_type = 'Journal Entry' and entries.is_own_balance then null
            when sales_invoices.is_return then null
            when entries.against_voucher_type in ('Sales Invoice', 'Journal Entry')
                then entries.against_voucher_id
        end as document_id,
        entries.record_file,
        entries.record_line
    from entries
    left join journals
        on entries.voucher_type = 'Journal Entry' and entries.voucher_number = journals.voucher_number
    left join journal_type_values
        on
            journals.source_system = journal_type_values.source
            and lower(trim(journals.source_journal_type)) = journal_type_values.source_value
    left join sales_invoices
        on
            entries.against_voucher_type = 'Sales Invoice'
            and entries.against_voucher_number = sales_invoices.document_number
    -- differences of exchange move the company's amount only
    where entries.voucher_type != 'Sales Invoice' and entries.amount != 0

)

select * from final
