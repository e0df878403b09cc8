-- Grain: one row per customer with an open document, in base currency
with

balances as (

    select * from {{ ref('int_document_balances') }}

),

parameters as (

    select * from {{ ref('stg_rules__model_parameters') }}

),

tolerance as (

    select max(value) as amount
    from parameters
    where parameter = 'tolerance_amount'

),

final as (

    select
        balances.customer_key,
        sum(balances.balance_base) as open_balance,
        sum(case when balances.balance_base > 0 then balances.balance_base else 0 end) as open_receivables,
        sum(case when balances.dpd > 0 then balances.balance_base else 0 end) as overdue_balance,
        sum(case when balances.dpd > 90 then balances.balance_base else 0 end) as overdue_over_90,
        sum(case when balances.dpd > 0 and balances.balance_base > tolerance.amount then 1 else 0 end)
            as overdue_documents,
        sum(case when balances.balance_base > tolerance.amount then 1 else 0 end) as open_documents,
        sum(case when balances.ageing_bucket = 'current' then balances.balance_base else 0 end)
            as ageing_current,
        sum(case when balances.ageing_bucket = '1_30' then balances.balance_base else 0 end) as ageing_1_30,
        sum(case when balances.ageing_bucket = '31_60' then balances.balance_base else 0 end) as ageing_31_60,
        sum(case when balances.ageing_bucket = '61_90' then balances.balance_base else 0 end) as ageing_61_90,
        sum(case when balances.ageing_bucket = '91_120' then balances.balance_base else 0 end)
            as ageing_91_120,
        sum(case when balances.ageing_bucket = 'over_120' then balances.balance_base else 0 end)
            as ageing_over_120,
        sum(case when balances.ageing_bucket = 'credit' then balances.balance_base else 0 end)
            as ageing_credit
    from balances
    cross join tolerance
    where balances.balance != 0
    group by balances.customer_key

)

select * from final
