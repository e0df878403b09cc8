-- Grain: one row per customer, document currency and ageing bucket with an open balance
with

balances as (

    select * from {{ ref('int_document_balances') }}

),

final as (

    select
        customer_key,
        currency,
        ageing_bucket,
        cast(count(*) as int) as documents,
        cast(sum(balance) as decimal(18, 2)) as balance,
        cast(sum(balance_base) as decimal(18, 2)) as balance_base
    from balances
    where balance != 0
    group by customer_key, currency, ageing_bucket

)

select * from final
