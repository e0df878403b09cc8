-- Grain: one row per date that is looked at, population and customer that belonged to it
{{ config(materialized='view') }}

with

scores as (

    select * from {{ ref('int_population_scores') }}

),

parameters as (

    select cast(max(case when parameter = 'case_lookback_days' then value end) as int) as case_lookback_days
    from {{ ref('stg_rules__model_parameters') }}

),

final as (

    select
        as_of_date,
        'owing' as population,
        customer_key,
        is_validation_date
    from scores
    where is_owing
    union all
    select
        as_of_date,
        'due_ahead' as population,
        customer_key,
        is_validation_date
    from scores
    where is_due_ahead
    union all
    select
        scores.as_of_date,
        'performing' as population,
        scores.customer_key,
        scores.is_validation_date
    from scores
    left join {{ ref('int_default_spells') }} as spells
        on
            scores.customer_key = spells.customer_key
            and scores.as_of_date >= spells.default_date
            and (spells.ended_date is null or scores.as_of_date < spells.ended_date)
    where scores.is_owing and spells.customer_key is null
    union all
    select
        as_of_date,
        'buying' as population,
        customer_key,
        is_validation_date
    from scores
    where is_buying
    union all
    select distinct
        scores.as_of_date,
        'contracted' as population,
        scores.customer_key,
        scores.is_validation_date
    from scores
    inner join {{ ref('int_contracts') }} as contracts on scores.customer_key = contracts.customer_key
    where
        contracts.status not in ('void', 'draft')
        and coalesce(contracts.signed_date, contracts.start_date) <= scores.as_of_date
        and (contracts.terminated_date is null or contracts.terminated_date > scores.as_of_date)
        and (
            contracts.end_date is null or contracts.is_auto_renewed or contracts.end_date >= scores.as_of_date
        )
    union all
    select distinct
        scores.as_of_date,
        'complained' as population,
        scores.customer_key,
        scores.is_validation_date
    from scores
    cross join parameters
    inner join {{ ref('int_cases') }} as cases on scores.customer_key = cases.customer_key
    inner join {{ ref('int_case_moments') }} as moments
        on cases.case_id = moments.case_id and moments.moment = 'opened'
    where
        cases.case_type = 'complaint'
        and moments.calendar_date <= scores.as_of_date
        and {{ days_between('moments.calendar_date', 'scores.as_of_date') }} < parameters.case_lookback_days

)

select * from final
