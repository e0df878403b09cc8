-- Grain: one row per write-off; it counts against the invoice it names when we know it
-- Naming none we know, it stays an open item of its own, as an unused credit note does.
with

settings as (

    select * from {{ ref('stg_run__settings') }}

),

write_offs as (

    select * from {{ ref('int_write_offs') }}

),

document_rates as (

    select * from {{ ref('int_document_rates') }}

),

invoices as (

    select * from {{ ref('int_invoices') }}

),

priced as (

    select
        write_offs.write_off_id,
        write_offs.source_system,
        write_offs.customer_key,
        write_offs.document_id as named_document_id,
        write_offs.write_off_date,
        write_offs.currency,
        write_offs.amount,
        {{ document_rate('write_offs', 'settings', 'document_rates') }} as exchange_rate
    from write_offs
    cross join settings
    left join document_rates
        on
            write_offs.currency = document_rates.currency
            and write_offs.write_off_date = document_rates.document_date

),

final as (

    select
        priced.write_off_id,
        'write_off:' || priced.write_off_id as document_id,
        priced.source_system,
        -- the invoice knows its customer, even where the write-off names one that nobody knows
        coalesce(invoices.customer_key, priced.customer_key) as customer_key,
        priced.write_off_date,
        priced.currency,
        priced.amount,
        priced.exchange_rate,
        {{ to_base('priced.amount', 'priced.exchange_rate') }} as amount_base,
        invoices.document_id as applied_document_id,
        case
            when invoices.document_id is not null then greatest(priced.write_off_date, invoices.issue_date)
        end
            as applied_date,
        {{ in_currency_of('priced.amount', 'priced', 'invoices') }} as settled_amount
    from priced
    left join invoices
        on priced.named_document_id = invoices.document_id
    where coalesce(invoices.customer_key, priced.customer_key) is not null

)

select * from final
