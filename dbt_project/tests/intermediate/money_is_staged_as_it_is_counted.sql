-- Fails if issued documents or receipts were dropped or doubled on the way to their customers.
with

issued as (

    select
        'invoice' as kind,
        currency,
        sum(amount) as amount,
        count(*) as documents
    from {{ ref('int_issued_invoices') }}
    group by currency
    union all
    select
        'credit_note' as kind,
        currency,
        sum(amount) as amount,
        count(*) as documents
    from {{ ref('int_issued_credit_notes') }}
    group by currency
    union all
    select
        'receipt' as kind,
        currency,
        sum(amount) as amount,
        count(*) as documents
    from {{ ref('int_received_receipts') }}
    group by currency

),

counted as (

    select
        'invoice' as kind,
        currency,
        sum(amount) as amount,
        count(*) as documents
    from {{ ref('int_invoices') }}
    group by currency
    union all
    select
        'credit_note' as kind,
        currency,
        sum(amount) as amount,
        count(*) as documents
    from {{ ref('int_credit_notes') }}
    group by currency
    union all
    select
        'receipt' as kind,
        currency,
        sum(amount) as amount,
        count(*) as documents
    from {{ ref('int_receipts') }}
    group by currency

)

select
    issued.kind,
    issued.currency
from issued
left join counted
    on issued.kind = counted.kind and issued.currency = counted.currency
where
    issued.amount != coalesce(counted.amount, 0)
    or issued.documents != coalesce(counted.documents, 0)
