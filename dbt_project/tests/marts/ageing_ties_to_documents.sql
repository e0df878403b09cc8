-- Fails if mart_ar_ageing is not the sum of the document balances, per customer and currency, in document
-- and base currency, or a document stands in no bucket.
with documents as (
    select
        customer_key,
        currency,
        sum(balance) as balance,
        sum(balance_base) as balance_base,
        sum(case when ageing_bucket is null and balance != 0 then 1 else 0 end) as unbucketed
    from {{ ref('int_document_balances') }}
    group by customer_key, currency
),

ageing as (
    select
        customer_key,
        currency,
        sum(balance) as balance,
        sum(balance_base) as balance_base
    from {{ ref('mart_ar_ageing') }}
    group by customer_key, currency
),

violations as (
    select
        coalesce(documents.customer_key, ageing.customer_key) as customer_key,
        coalesce(documents.currency, ageing.currency) as currency
    from documents
    full outer join ageing
        on documents.customer_key = ageing.customer_key and documents.currency = ageing.currency
    where
        coalesce(documents.balance, 0) != coalesce(ageing.balance, 0)
        or coalesce(documents.balance_base, 0) != coalesce(ageing.balance_base, 0)
        or documents.unbucketed > 0
)

select * from violations
