-- Grain: one row per date whose population is compared: the dates of validation and today, each with the
-- date a year before it, or the oldest there is
with

context as (

    select as_of_date from {{ ref('stg_run__context') }}

),

parameters as (

    select max(case when parameter = 'stability_months' then value end) as months
    from {{ ref('stg_rules__model_parameters') }}

),

dates as (

    select
        validation_date,
        month_number
    from {{ ref('int_validation_dates') }}
    union all
    select
        as_of_date as validation_date,
        cast(extract(year from as_of_date) * 12 + extract(month from as_of_date) as int) as month_number
    from context

),

final as (

    select
        dates.validation_date,
        coalesce(
            max(
                case
                    when dates.month_number - parameters.months >= earlier.month_number
                        then earlier.validation_date
                end
            ),
            min(earlier.validation_date)
        ) as reference_date
    from dates
    cross join parameters
    inner join dates as earlier
        on dates.validation_date > earlier.validation_date
    group by dates.validation_date

)

select * from final
