-- Grain: one row per credit note; it counts against its original invoice when it names one we know
-- A named invoice is settled on the later of both issue dates; otherwise the credit stays open.
with

settings as (

    select * from {{ ref('stg_run__settings') }}

),

credit_notes as (

    select * from {{ ref('int_issued_credit_notes') }}

),

identities as (

    select * from {{ ref('int_customer_identities') }}

),

document_rates as (

    select * from {{ ref('int_document_rates') }}

),

invoices as (

    select * from {{ ref('int_invoices') }}

),

invoice_numbers as (

    select * from {{ ref('int_invoice_numbers') }}

),

priced as (

    select
        credit_notes.document_id,
        credit_notes.source_system,
        identities.customer_key,
        credit_notes.document_number,
        credit_notes.issue_date,
        credit_notes.currency,
        credit_notes.amount,
        credit_notes.original_document_number,
        credit_notes.original_document_id,
        {{ document_rate('credit_notes', 'settings', 'document_rates') }} as exchange_rate
    from credit_notes
    cross join settings
    inner join identities
        on
            credit_notes.source_system = identities.source_system
            and credit_notes.source_customer_id = identities.source_customer_id
    left join document_rates
        on
            credit_notes.currency = document_rates.currency
            and credit_notes.issue_date = document_rates.document_date

),

final as (

    select
        priced.document_id,
        priced.source_system,
        priced.customer_key,
        priced.document_number,
        priced.issue_date,
        priced.currency,
        priced.amount,
        priced.exchange_rate,
        {{ to_base('priced.amount', 'priced.exchange_rate') }} as amount_base,
        invoices.document_id as applied_document_id,
        priced.original_document_id is not null
        or priced.original_document_number is not null as names_an_invoice,
        case when invoices.document_id is not null then greatest(priced.issue_date, invoices.issue_date) end
            as applied_date,
        {{ in_currency_of('priced.amount', 'priced', 'invoices') }} as settled_amount
    from priced
    left join invoice_numbers
        on
            priced.source_system = invoice_numbers.source_system
            and priced.original_document_number = invoice_numbers.document_number
    left join invoices
        on coalesce(priced.original_document_id, invoice_numbers.document_id) = invoices.document_id

)

select * from final
