-- Grain: one row per promise to pay and invoice it may be about, with what was open as that day began: what
-- is paid on the very day keeps the promise
-- One that names no invoice is about all that was overdue in its currency, the oldest first.
with

promises as (

    select * from {{ ref('int_payment_promises') }}

),

states as (

    select * from {{ ref('int_document_states') }}
    where document_type = 'invoice'

),

final as (

    select
        promises.action_id,
        promises.customer_key,
        promises.promised_document_id,
        promises.action_date,
        promises.judged_date,
        case
            when states.currency = coalesce(promises.promised_currency, states.currency)
                then promises.promised_amount
        end as promised_amount,
        states.document_id,
        states.balance as asked_balance,
        states.balance_base as asked_balance_base,
        sum(states.balance) over (
            partition by promises.action_id
            order by states.due_date asc nulls last, states.document_id asc nulls last
            rows between unbounded preceding and current row
        ) - states.balance as asked_before
    from promises
    inner join states
        on
            promises.customer_key = states.customer_key
            and states.balance > 0
            and promises.action_date > states.valid_from
            and (states.valid_to is null or promises.action_date <= states.valid_to)
    where
        promises.promised_document_id = states.document_id
        or (
            promises.promised_document_id is null
            and states.due_date < promises.action_date
            and states.currency = coalesce(promises.promised_currency, states.currency)
        )

)

select * from final
