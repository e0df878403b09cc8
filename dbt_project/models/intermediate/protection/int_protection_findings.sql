-- Grain: one row per customer and finding of information protection at as_of: how often, first and last day
with

context as (

    select as_of_date from {{ ref('stg_run__context') }}

),

parameters as (

    select max(case when parameter = 'protection_lookback_days' then value end) as lookback_days
    from {{ ref('stg_rules__model_parameters') }}

),

coverage as (

    select * from {{ ref('int_contact_coverage') }}

),

requests as (

    select * from {{ ref('int_subject_request_states') }}

),

consents as (

    select * from {{ ref('int_consent_states') }}

),

ndas as (

    select * from {{ ref('int_customer_nda') }}

),

unasked as (

    select * from {{ ref('int_contacts_without_consent') }}

),

found as (

    select
        coverage.customer_key,
        coverage.coverage as finding,
        coverage.contact_date as found_date,
        cast(null as date) as due_date
    from coverage
    cross join context
    cross join parameters
    where
        coverage.coverage != 'covered'
        and coverage.contact_date <= context.as_of_date
        and {{ add_days('coverage.contact_date', 'parameters.lookback_days') }} > context.as_of_date
    union all
    select
        customer_key,
        'request_' || request_state as finding,
        received_date as found_date,
        due_date
    from requests
    where request_state in ('overdue', 'due_soon')
    union all
    select
        customer_key,
        'consent_expiring' as finding,
        given_date as found_date,
        expiry_date as due_date
    from consents
    where consent_state = 'expiring'
    union all
    select
        ndas.customer_key,
        case when ndas.nda_state = 'expired' then 'nda_expired' else 'nda_missing' end as finding,
        coalesce(ndas.nda_end_date, context.as_of_date) as found_date,
        cast(null as date) as due_date
    from ndas
    cross join context
    where ndas.has_contract_in_force and ndas.nda_state in ('expired', 'none')
    union all
    select
        customer_key,
        'consent_missing' as finding,
        known_since as found_date,
        cast(null as date) as due_date
    from unasked

),

final as (

    select
        customer_key,
        finding,
        cast(count(*) as int) as records,
        min(found_date) as first_found_date,
        max(found_date) as last_found_date,
        min(due_date) as due_date
    from found
    where customer_key is not null
    group by customer_key, finding

)

select * from final
