-- Grain: one row per movement of what a customer owes; entries taken back are left out
{{ config(materialized='table') }}

with

{{ newest_rows(raw('erpnext', 'payment_ledger_entries'), 'entry') }},

final as (

    select
        'erpnext' as source_system,
        entry as ledger_entry_id,
        party as source_customer_id,
        {{ safe_date('posting_date') }} as entry_date,
        {{ safe_date('due_date') }} as due_date,
        voucher_type,
        voucher_no as voucher_number,
        {{ erpnext_voucher_id('voucher_type', 'voucher_no') }} as voucher_id,
        against_voucher_type,
        against_voucher_no as against_voucher_number,
        {{ erpnext_voucher_id('against_voucher_type', 'against_voucher_no') }} as against_voucher_id,
        voucher_type = against_voucher_type and voucher_no = against_voucher_no as is_own_balance,
        account_currency as currency,
        {{ safe_decimal('amount_in_account_currency') }} as amount,
        {{ safe_decimal('amount') }} as company_amount,
        _file as record_file,
        _line as record_line
    from newest_rows
    where
        party_type = 'Customer'
        and account_type = 'Receivable'
        and not coalesce({{ safe_boolean('delinked') }}, false)

)

select * from final
