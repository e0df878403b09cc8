-- Grain: one row per promise to pay about something that was open: kept, broken, or open while its day has
-- not passed
with

promises as (

    select * from {{ ref('int_payment_promises') }}

),

documents as (

    select * from {{ ref('int_promised_documents') }}

),

parameters as (

    select max(case when parameter = 'tolerance_amount' then value end) as tolerance_amount
    from {{ ref('stg_rules__model_parameters') }}

),

summed as (

    select
        action_id,
        sum(asked_balance) as asked_balance,
        sum(asked_balance_base) as asked_balance_base,
        sum(unpaid_balance) as unpaid_balance,
        max(promised_amount) as promised_amount
    from documents
    group by action_id

),

final as (

    select
        promises.action_id,
        promises.customer_key,
        promises.action_date,
        promises.promised_payment_date,
        promises.last_day,
        case
            when summed.unpaid_balance <= parameters.tolerance_amount then 'kept'
            when summed.asked_balance - summed.unpaid_balance >= summed.promised_amount then 'kept'
            when promises.is_pending then 'open'
            else 'broken'
        end as promise_state,
        cast(
            case
                when summed.promised_amount < summed.asked_balance
                    then round(
                        cast(summed.promised_amount as double) * cast(summed.asked_balance_base as double)
                        / nullif(cast(summed.asked_balance as double), 0), 2
                    )
                else summed.asked_balance_base
            end as decimal(18, 2)
        ) as promised_amount_base
    from summed
    cross join parameters
    inner join promises
        on summed.action_id = promises.action_id

)

select * from final
