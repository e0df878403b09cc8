-- Grain: one row per consent given up to as_of, as it stood on that day
-- Withdrawn counts before expired: the person said no.
with

consents as (

    select * from {{ ref('int_consents') }}

),

context as (

    select as_of_date from {{ ref('stg_run__context') }}

),

parameters as (

    select max(case when parameter = 'consent_warning_days' then value end) as warning_days
    from {{ ref('stg_rules__model_parameters') }}

),

final as (

    select
        consents.consent_id,
        consents.customer_key,
        consents.contact_id,
        consents.purpose,
        consents.legal_basis,
        consents.channel,
        consents.given_date,
        consents.expiry_date,
        case when consents.withdrawn_date <= context.as_of_date then consents.withdrawn_date end
            as withdrawn_date,
        case
            when consents.withdrawn_date <= context.as_of_date then 'withdrawn'
            when consents.expiry_date <= context.as_of_date then 'expired'
            when {{ days_between('context.as_of_date', 'consents.expiry_date') }} <= parameters.warning_days
                then 'expiring'
            else 'active'
        end as consent_state
    from consents
    cross join context
    cross join parameters
    where consents.given_date <= context.as_of_date

)

select * from final
