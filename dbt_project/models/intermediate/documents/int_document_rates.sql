-- Grain: one row per currency and document date that states no rate of its own
-- The rate of the latest rate date up to the document's date; null when the rules know none.
with

int_issued_invoices as (

    select * from {{ ref('int_issued_invoices') }}

),

int_issued_credit_notes as (

    select * from {{ ref('int_issued_credit_notes') }}

),

int_received_receipts as (

    select * from {{ ref('int_received_receipts') }}

),

int_orders as (

    select * from {{ ref('int_orders') }}

),

int_write_offs as (

    select * from {{ ref('int_write_offs') }}

),

rates as (

    select * from {{ ref('stg_rules__exchange_rates') }}

),

needed as (

    select
        currency,
        issue_date as document_date
    from int_issued_invoices where exchange_rate is null
    union
    select
        currency,
        issue_date as document_date
    from int_issued_credit_notes where exchange_rate is null
    union
    select
        currency,
        receipt_date as document_date
    from int_received_receipts where exchange_rate is null
    union
    select
        currency,
        order_date as document_date
    from int_orders where exchange_rate is null
    union
    select
        currency,
        write_off_date as document_date
    from int_write_offs where exchange_rate is null

),

final as (

    select
        needed.currency,
        needed.document_date,
        max_by(rates.rate_to_base, rates.rate_date) as exchange_rate
    from needed
    left join rates
        on needed.currency = rates.currency and needed.document_date >= rates.rate_date
    group by needed.currency, needed.document_date

)

select * from final
