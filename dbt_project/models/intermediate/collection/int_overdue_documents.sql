-- Grain: one row per invoice overdue at as_of: disputed, promised, or to be collected, and what it weighs
-- A disputed invoice is not dunned, nor one that a customer whose word counts promised to pay soon.
with

balances as (

    select * from {{ ref('int_document_balances') }}
    where dpd > 0 and balance_base > 0

),

disputes as (

    select * from {{ ref('int_document_disputes') }}

),

age_weights as (

    select * from {{ ref('stg_rules__collection_age_weights') }}

),

parameters as (

    select max(case when parameter = 'promise_max_days' then value end) as max_days
    from {{ ref('stg_rules__model_parameters') }}

),

promised as (

    select documents.document_id
    from {{ ref('int_promised_documents') }} as documents
    inner join {{ ref('int_promise_states') }} as states
        on documents.action_id = states.action_id
    inner join {{ ref('int_customer_promises') }} as customers
        on states.customer_key = customers.customer_key
    cross join parameters
    where
        states.promise_state = 'open'
        and customers.is_trusted
        and {{ days_between('states.action_date', 'states.promised_payment_date') }} <= parameters.max_days
    group by documents.document_id

),

final as (

    select
        balances.document_id,
        balances.customer_key,
        balances.due_date,
        balances.dpd,
        balances.balance_base,
        case
            when disputes.document_id is not null then 'disputed'
            when promised.document_id is not null then 'promised'
            else 'collectable'
        end as collection_state,
        cast(balances.balance_base * age_weights.age_weight as decimal(18, 2)) as age_weighted_amount
    from balances
    left join age_weights
        on balances.ageing_bucket = age_weights.ageing_bucket
    left join disputes
        on balances.document_id = disputes.document_id
    left join promised
        on balances.document_id = promised.document_id

)

select * from final
