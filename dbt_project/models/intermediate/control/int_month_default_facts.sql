-- Grain: one row per month and fact that may be a default at its end: an old invoice, a write-off, a claim
-- Of the overdue documents, those as old as the first rule for default asks.
{{ config(materialized='view') }}

with

months as (

    select * from {{ ref('int_control_months') }}

),

states as (

    select * from {{ ref('int_document_states') }}

),

first_default as (

    select min(days) as days
    from {{ ref('stg_rules__hard_rules') }}
    where is_default and trigger_type = 'days_past_due'

),

old_states as (

    select
        states.document_id,
        states.customer_key,
        states.balance_base,
        states.due_date,
        states.valid_to,
        greatest(states.valid_from, {{ add_days('states.due_date', 'first_default.days') }}) as valid_from
    from states
    cross join first_default
    where
        states.document_type = 'invoice'
        and states.balance_base > 0
        and (
            states.valid_to is null
            or states.valid_to > {{ add_days('states.due_date', 'first_default.days') }}
        )

),

final as (

    select
        old_states.customer_key,
        months.months_back,
        'days_past_due' as trigger_type,
        old_states.document_id as fact_id,
        {{ days_between('old_states.due_date', 'months.month_end') }} as age_days,
        old_states.balance_base as amount_base
    from old_states
    inner join months
        on
            old_states.valid_from <= months.month_end
            and (old_states.valid_to is null or old_states.valid_to > months.month_end)
    union all
    select
        write_offs.customer_key,
        months.months_back,
        'write_off' as trigger_type,
        write_offs.write_off_id as fact_id,
        {{ days_between('write_offs.write_off_date', 'months.month_end') }} as age_days,
        write_offs.amount_base
    from {{ ref('int_document_write_offs') }} as write_offs
    inner join months
        on write_offs.write_off_date <= months.month_end
    union all
    select
        legal_claims.customer_key,
        months.months_back,
        legal_claims.event_type as trigger_type,
        legal_claims.event_id as fact_id,
        {{ days_between('legal_claims.event_date', 'months.month_end') }} as age_days,
        legal_claims.amount_base
    from {{ ref('int_legal_claims') }} as legal_claims
    inner join months
        on
            legal_claims.event_date <= months.month_end
            and (legal_claims.closed_date is null or legal_claims.closed_date > months.month_end)

)

select * from final
