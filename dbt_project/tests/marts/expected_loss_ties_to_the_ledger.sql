-- Fails if expected loss leaves a customer out or starts from another gross balance than the ageing, or if
-- the provision matrix has other balances, or another sum, than the customers.
with losses as (
    select * from {{ ref('mart_expected_loss') }}
),

risks as (
    select * from {{ ref('fct_customer_risk') }}
),

ageing as (
    select
        customer_key,
        sum(case when balance_base > 0 then balance_base else 0 end) as gross_base
    from {{ ref('mart_ar_ageing') }}
    group by customer_key
),

by_customer as (
    select coalesce(risks.customer_key, losses.customer_key) as subject
    from risks
    full outer join losses on risks.customer_key = losses.customer_key
    left join ageing on risks.customer_key = ageing.customer_key
    where
        risks.customer_key is null
        or losses.customer_key is null
        or losses.open_receivables != coalesce(ageing.gross_base, 0)
),

matrix as (
    select
        ageing_bucket,
        currency,
        balance,
        balance_base,
        provision_base
    from {{ ref('mart_provision') }}
),

ledger as (
    select
        ageing_bucket,
        currency,
        sum(balance) as balance,
        sum(balance_base) as balance_base
    from {{ ref('mart_ar_ageing') }}
    group by ageing_bucket, currency
),

by_bucket as (
    select coalesce(ledger.ageing_bucket, matrix.ageing_bucket) as subject
    from ledger
    full outer join matrix
        on ledger.ageing_bucket = matrix.ageing_bucket and ledger.currency = matrix.currency
    where
        ledger.ageing_bucket is null
        or matrix.ageing_bucket is null
        or ledger.balance != matrix.balance
        or ledger.balance_base != matrix.balance_base
),

customers as (
    select coalesce(sum(provision_base), 0) as provision_base
    from losses
),

buckets as (
    select coalesce(sum(provision_base), 0) as provision_base
    from matrix
),

sums as (
    select 'provision' as subject
    from customers
    cross join buckets
    where customers.provision_base != buckets.provision_base
),

violations as (
    select * from by_customer
    union all
    select * from by_bucket
    union all
    select * from sums
)

select * from violations
