-- Fails if the ageing buckets of a customer do not sum to its open balance.
with

ageing as (

    select
        customer_key,
        sum(balance_base) as balance_base
    from {{ ref('int_customer_ageing') }}
    group by customer_key

)

select receivables.customer_key
from {{ ref('int_customer_receivables') }} as receivables
left join ageing
    on receivables.customer_key = ageing.customer_key
where
    receivables.open_balance != coalesce(ageing.balance_base, 0)
    or receivables.open_balance != receivables.ageing_credit + receivables.ageing_current
    + receivables.ageing_1_30 + receivables.ageing_31_60 + receivables.ageing_61_90
    + receivables.ageing_91_120 + receivables.ageing_over_120
    or receivables.open_balance != receivables.open_receivables + receivables.ageing_credit
