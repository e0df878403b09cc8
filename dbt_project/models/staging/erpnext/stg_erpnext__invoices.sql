-- Grain: one row per sales invoice that is no return
with

sales_invoices as (

    select * from {{ ref('stg_erpnext__sales_invoices') }}

),

final as (

    select
        source_system,
        'erpnext:' || document_number as document_id,
        document_number,
        source_customer_id,
        issue_date,
        due_date,
        cast(null as int) as terms_days,
        currency,
        exchange_rate,
        amount,
        -- the outstanding amount may be in another currency, that nothing is outstanding is not
        case when source_status = 'Paid' then cast(0 as decimal(18, 2)) end as reported_balance,
        source_status,
        record_file,
        record_line
    from sales_invoices
    where not is_return

)

select * from final
