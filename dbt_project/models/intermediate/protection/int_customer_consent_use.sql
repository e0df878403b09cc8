-- Grain: one row per customer with contacts of the lookback that ask for a consent, where one is on record
with

context as (

    select as_of_date from {{ ref('stg_run__context') }}

),

parameters as (

    select max(case when parameter = 'protection_lookback_days' then value end) as lookback_days
    from {{ ref('stg_rules__model_parameters') }}

),

coverage as (

    select
        contacts.customer_key,
        contacts.coverage,
        {{ days_between('contacts.contact_date', 'context.as_of_date') }} as age_days
    from {{ ref('int_contact_coverage') }} as contacts
    cross join context
    where contacts.coverage != 'contact_without_record'

),

final as (

    select
        coverage.customer_key,
        cast(count(*) as int) as contacts_measured,
        cast(sum(case when coverage.coverage != 'covered' then 1 else 0 end) as int) as contacts_uncovered
    from coverage
    cross join parameters
    where coverage.age_days >= 0 and coverage.age_days < parameters.lookback_days
    group by coverage.customer_key

)

select * from final
