-- Grain: one row per payment and invoice it pays
-- The unused part of a payment is a row without an invoice: no allocation.
with

{{ newest_rows(raw('zoho_books', 'customer_payments'), 'payment_id') }},

final as (

    select
        'zoho_books' as source_system,
        'zoho_books:' || coalesce(invoice_payment_id, payment_id || ':' || invoice_number) as allocation_id,
        'zoho_books:' || payment_id as receipt_id,
        cast(null as string) as document_id,
        invoice_number as document_number,
        coalesce({{ safe_date('applied_date') }}, {{ safe_date('payment_date') }}) as applied_date,
        currency,
        payment_status as source_status,
        coalesce({{ safe_decimal('amount_applied') }}, 0) as applied_amount,
        -- tax withheld by the customer settles the invoice, though it never arrives as cash
        coalesce({{ safe_decimal('amount_applied') }}, 0)
        + coalesce({{ safe_decimal('withholding_tax') }}, 0) as settled_amount,
        'customer_payments' as entity,
        _file as record_file,
        _line as record_line
    from newest_rows
    where invoice_number is not null

)

select * from final
