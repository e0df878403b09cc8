-- Grain: one row per fact that may be a default and period in which it says the same: an old invoice by its
-- balance, a write-off, a claim against the customer. valid_to is exclusive.
{{ config(materialized='view') }}

with

states as (

    select * from {{ ref('int_document_states') }}

),

first_default as (

    select min(days) as days
    from {{ ref('stg_rules__hard_rules') }}
    where is_default and trigger_type = 'days_past_due'

),

final as (

    -- of the overdue documents, those as old as the first rule for default asks
    select
        states.customer_key,
        'days_past_due' as trigger_type,
        states.document_id as fact_id,
        states.due_date as began_date,
        greatest(states.valid_from, {{ add_days('states.due_date', 'first_default.days') }}) as valid_from,
        states.valid_to,
        states.balance_base as amount_base
    from states
    cross join first_default
    where
        states.document_type = 'invoice'
        and states.balance_base > 0
        and (
            states.valid_to is null
            or states.valid_to > {{ add_days('states.due_date', 'first_default.days') }}
        )
    union all
    select
        customer_key,
        'write_off' as trigger_type,
        write_off_id as fact_id,
        write_off_date as began_date,
        write_off_date as valid_from,
        cast(null as date) as valid_to,
        amount_base
    from {{ ref('int_document_write_offs') }}
    union all
    select
        customer_key,
        event_type as trigger_type,
        event_id as fact_id,
        event_date as began_date,
        event_date as valid_from,
        closed_date as valid_to,
        amount_base
    from {{ ref('int_legal_claims') }}

)

select * from final
