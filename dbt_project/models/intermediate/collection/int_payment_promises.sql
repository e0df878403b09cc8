-- Grain: one row per promise to pay that a customer made up to as_of, with the day that judges it
-- That day is the promised one and the days a transfer takes, or as_of while it is still to come.
with

context as (

    select * from {{ ref('stg_run__context') }}

),

actions as (

    select * from {{ ref('int_collection_actions') }}

),

parameters as (

    select max(case when parameter = 'promise_grace_days' then value end) as grace_days
    from {{ ref('stg_rules__model_parameters') }}

),

dated as (

    select
        actions.action_id,
        actions.customer_key,
        actions.document_id as promised_document_id,
        actions.action_date,
        greatest(actions.promised_payment_date, actions.action_date) as promised_payment_date,
        case
            when actions.document_id is not null or actions.amount is null then actions.currency
            else coalesce(actions.currency, context.base_currency)
        end as promised_currency,
        actions.amount as promised_amount,
        {{ add_days(
            'greatest(actions.promised_payment_date, actions.action_date)', 'parameters.grace_days'
        ) }} as last_day,
        context.as_of_date
    from actions
    cross join context
    cross join parameters
    where
        actions.customer_key is not null
        and actions.promised_payment_date is not null
        and actions.action_date <= context.as_of_date

),

final as (

    select
        action_id,
        customer_key,
        promised_document_id,
        action_date,
        promised_payment_date,
        promised_currency,
        promised_amount,
        last_day,
        least(last_day, as_of_date) as judged_date,
        last_day >= as_of_date as is_pending
    from dated

)

select * from final
