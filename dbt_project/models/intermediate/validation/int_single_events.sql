-- Grain: one row per customer, kind of event other than lateness and silence, and day
-- known_date is the first day on which nothing is left to predict: a window must begin before it.
with

parameters as (

    select
        max(case when parameter = 'materiality_amount' then value end) as materiality_amount,
        max(case when parameter = 'breach_grace_days' then value end) as grace_days
    from {{ ref('stg_rules__model_parameters') }}

),

contracts as (

    select * from {{ ref('int_contracts') }}
    where status not in ('void', 'draft')

),

reopenings as (

    select
        cases.customer_key,
        min(moments.calendar_date) as bad_date
    from {{ ref('int_cases') }} as cases
    inner join {{ ref('int_case_moments') }} as moments
        on cases.case_id = moments.case_id and moments.moment = 'reopened'
    where cases.case_type = 'complaint' and cases.customer_key is not null
    group by cases.case_id, cases.customer_key

),

happened as (

    select
        'default' as outcome_type,
        customer_key,
        default_date as bad_date,
        default_date as known_date
    from {{ ref('int_default_spells') }}
    union all
    select
        'write_off' as outcome_type,
        write_offs.customer_key,
        write_offs.write_off_date as bad_date,
        write_offs.write_off_date as known_date
    from {{ ref('int_document_write_offs') }} as write_offs
    cross join parameters
    group by write_offs.customer_key, write_offs.write_off_date, parameters.materiality_amount
    having sum(write_offs.amount_base) > parameters.materiality_amount
    union all
    select
        'breach' as outcome_type,
        customer_key,
        breach_date as bad_date,
        breach_date as known_date
    from contracts
    where breach_date is not null and customer_key is not null
    union all
    select
        'breach' as outcome_type,
        contracts.customer_key,
        {{ add_days('milestones.planned_date', 'parameters.grace_days + 1') }} as bad_date,
        {{ add_days('milestones.planned_date', '1') }} as known_date
    from {{ ref('int_contract_milestones') }} as milestones
    inner join contracts on milestones.contract_id = contracts.contract_id
    cross join parameters
    where
        milestones.responsible_party = 'customer'
        and contracts.customer_key is not null
        and (
            milestones.actual_date is null
            or milestones.actual_date > {{ add_days('milestones.planned_date', 'parameters.grace_days') }}
        )
    union all
    select
        'reopen' as outcome_type,
        customer_key,
        bad_date,
        bad_date as known_date
    from reopenings

),

final as (

    select
        outcome_type,
        customer_key,
        bad_date,
        max(known_date) as known_date
    from happened
    group by outcome_type, customer_key, bad_date

)

select * from final
