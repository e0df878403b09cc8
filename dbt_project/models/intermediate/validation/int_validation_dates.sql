-- Grain: one row per finished date before as_of that scores are judged on: the last one of each month
with

context as (

    select as_of_date from {{ ref('stg_run__context') }}

),

parameters as (

    select max(case when parameter = 'validation_months' then value end) as months
    from {{ ref('stg_rules__model_parameters') }}

),

dated as (

    select distinct
        scores.as_of_date as validation_date,
        cast(extract(year from scores.as_of_date) * 12 + extract(month from scores.as_of_date) as int)
            as month_number,
        cast(extract(year from context.as_of_date) * 12 + extract(month from context.as_of_date) as int)
            as month_now
    from {{ ref('stg_history__scores') }} as scores
    cross join context
    where scores.as_of_date < context.as_of_date

),

final as (

    select
        max(dated.validation_date) as validation_date,
        dated.month_number
    from dated
    cross join parameters
    where dated.month_now - dated.month_number <= parameters.months
    group by dated.month_number

)

select * from final
