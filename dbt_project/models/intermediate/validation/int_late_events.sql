-- Grain: one row per invoice and outcome of lateness that it came to: still open so many days late
with

states as (

    select * from {{ ref('int_document_states') }}
    where document_type = 'invoice' and balance_base > 0

),

outcomes as (

    select * from {{ ref('stg_rules__outcomes') }}
    where outcome_type = 'late'

),

parameters as (

    select max(case when parameter = 'materiality_amount' then value end) as materiality_amount
    from {{ ref('stg_rules__model_parameters') }}

),

final as (

    select
        outcomes.outcome_id,
        states.document_id,
        states.customer_key,
        {{ add_days('states.due_date', 'outcomes.days_over + 1') }} as bad_date,
        -- a document already overdue at the start is known and predicts nothing
        {{ add_days('states.due_date', '1') }} as known_date
    from states
    cross join outcomes
    cross join parameters
    where
        -- still open at the end of the last day that is not too late
        states.balance_base > parameters.materiality_amount
        and states.valid_from <= {{ add_days('states.due_date', 'outcomes.days_over') }}
        and (
            states.valid_to is null
            or states.valid_to > {{ add_days('states.due_date', 'outcomes.days_over') }}
        )

)

select * from final
