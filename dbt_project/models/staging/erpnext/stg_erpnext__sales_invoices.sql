-- Grain: one row per sales invoice or return
-- A report with items repeats the invoice on each. Where totals are rounded, the rounded one is owed.
{{ config(materialized='table') }}

with

{{ newest_rows(raw('erpnext', 'sales_invoices'), 'invoice') }},

final as (

    select
        'erpnext' as source_system,
        invoice as document_number,
        max(customer) as source_customer_id,
        max({{ safe_boolean('is_return') }}) as is_return,
        max({{ safe_date('posting_date') }}) as issue_date,
        max({{ safe_date('due_date') }}) as due_date,
        max(currency) as currency,
        -- 1 is the company's own currency, which need not be the warehouse's
        nullif(max({{ safe_rate('conversion_rate') }}), 1) as exchange_rate,
        max(coalesce(nullif({{ safe_decimal('rounded_total') }}, 0), {{ safe_decimal('grand_total') }}))
            as amount,
        coalesce(max({{ safe_decimal('write_off_amount') }}), 0) as write_off_amount,
        -- paid with the invoice itself, at the till or with loyalty points
        coalesce(max({{ safe_decimal('paid_amount') }}), 0)
        - coalesce(max({{ safe_decimal('change_amount') }}), 0) as paid_amount,
        max(return_against) as original_document_number,
        coalesce(max({{ safe_boolean('update_outstanding_for_self') }}), false) as keeps_own_balance,
        max({{ frappe_status() }}) as source_status,
        min(_file) as record_file,
        min(_line) as record_line
    from newest_rows
    group by invoice

)

select * from final
