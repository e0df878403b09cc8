-- Grain: one row per finished date and customer that is looked at: everybody on the dates of validation,
-- elsewhere those of whom a warning opened
-- No outer join and no CTE of all history, which would be kept whole: this reads what it needs, once a night.
with

dates as (

    select validation_date from {{ ref('int_validation_dates') }}

),

openings as (

    select distinct
        alerts.customer_key,
        alerts.opened_date
    from {{ ref('stg_history__alerts') }} as alerts
    left join dates on alerts.opened_date = dates.validation_date
    where dates.validation_date is null

),

parameters as (

    select max(case when parameter = 'materiality_amount' then value end) as materiality_amount
    from {{ ref('stg_rules__model_parameters') }}

),

wanted as (

    select
        history.*,
        true as is_validation_date
    from {{ ref('stg_history__scores') }} as history
    inner join dates on history.as_of_date = dates.validation_date
    union all
    select
        history.*,
        false as is_validation_date
    from {{ ref('stg_history__scores') }} as history
    inner join openings
        on history.as_of_date = openings.opened_date and history.customer_key = openings.customer_key

),

final as (

    select
        wanted.as_of_date,
        wanted.customer_key,
        wanted.is_validation_date,
        wanted.open_receivables > parameters.materiality_amount as is_owing,
        wanted.ageing_current > parameters.materiality_amount as is_due_ahead,
        wanted.purchases_365 > 0 as is_buying
    from wanted
    cross join parameters

)

select * from final
