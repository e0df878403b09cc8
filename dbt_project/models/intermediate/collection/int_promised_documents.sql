-- Grain: one row per promise to pay and invoice it covers: what was asked for, and what of it was still
-- unpaid on the day that judges it
-- A part promised of several invoices covers the oldest, whole ones; given up is not paid.
with

claims as (

    select * from {{ ref('int_promise_claims') }}
    where
        promised_document_id is not null
        or promised_amount is null
        or asked_before < promised_amount

),

states as (

    select * from {{ ref('int_document_states') }}
    where document_type = 'invoice'

),

write_offs as (

    select * from {{ ref('int_document_write_offs') }}

),

given_up as (

    select
        claims.action_id,
        claims.document_id,
        sum(write_offs.settled_amount) as written_off
    from claims
    inner join write_offs
        on
            claims.document_id = write_offs.applied_document_id
            and write_offs.applied_date between claims.action_date and claims.judged_date
    group by claims.action_id, claims.document_id

),

final as (

    select
        claims.action_id,
        claims.document_id,
        claims.customer_key,
        claims.asked_balance,
        claims.asked_balance_base,
        claims.promised_amount,
        cast(coalesce(states.balance, 0) + coalesce(given_up.written_off, 0) as decimal(18, 2))
            as unpaid_balance
    from claims
    left join states
        on
            claims.document_id = states.document_id
            and claims.judged_date >= states.valid_from
            and (states.valid_to is null or claims.judged_date < states.valid_to)
    left join given_up
        on claims.action_id = given_up.action_id and claims.document_id = given_up.document_id

)

select * from final
