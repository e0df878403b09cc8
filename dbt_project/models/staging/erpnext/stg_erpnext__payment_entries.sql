-- Grain: one row per submitted payment from or to a customer; money paid back is negative
-- The amount is what the customer's account was credited with: cash and what was deducted from it.
{{ config(materialized='table') }}

with

{{ newest_rows(raw('erpnext', 'payment_entries'), 'payment') }},

typed as (

    select
        *,
        payment_type = 'Pay' as is_paid_back,
        coalesce({{ safe_decimal('total_allocated_amount') }}, 0)
        + coalesce({{ safe_decimal('unallocated_amount') }}, 0) as credited_amount
    from newest_rows
    where
        party_type = 'Customer'
        and payment_type in ('Receive', 'Pay')
        and {{ frappe_status() }} not in ('Draft', 'Cancelled')

),

final as (

    select
        'erpnext' as source_system,
        'erpnext:' || payment as receipt_id,
        party as source_customer_id,
        {{ safe_date('posting_date') }} as receipt_date,
        case when is_paid_back then paid_to_account_currency else paid_from_account_currency end as currency,
        nullif(
            case
                when is_paid_back then {{ safe_rate('target_exchange_rate') }}
                else {{ safe_rate('source_exchange_rate') }}
            end, 1
        ) as exchange_rate,
        case when is_paid_back then -1 else 1 end
        * coalesce(
            nullif(credited_amount, 0),
            case
                when is_paid_back then {{ safe_decimal('received_amount') }}
                else {{ safe_decimal('paid_amount') }}
            end
        ) as amount,
        _file as record_file,
        _line as record_line
    from typed

)

select * from final
