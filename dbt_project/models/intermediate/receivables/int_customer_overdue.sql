-- Grain: one row per customer with anything overdue
-- oldest_dpd: the most days past due that more than the material amount has reached, so that many small
-- documents count together and one forgotten rest does not.
with

balances as (

    select * from {{ ref('int_document_balances') }}

),

parameters as (

    select * from {{ ref('stg_rules__model_parameters') }}

),

materiality as (

    select max(value) as amount
    from parameters
    where parameter = 'materiality_amount'

),

by_age as (

    select
        customer_key,
        dpd,
        sum(balance_base) as balance_base
    from balances
    where dpd > 0
    group by customer_key, dpd

),

cumulated as (

    select
        customer_key,
        dpd,
        sum(balance_base) over (
            partition by customer_key
            order by dpd desc
            rows between unbounded preceding and current row
        ) as balance_this_old
    from by_age

),

final as (

    select
        cumulated.customer_key,
        max(case when cumulated.balance_this_old > materiality.amount then cumulated.dpd else 0 end)
            as oldest_dpd
    from cumulated
    cross join materiality
    group by cumulated.customer_key

)

select * from final
