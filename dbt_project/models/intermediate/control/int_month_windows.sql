-- Grain: one row per month shown: sales of the windows that end with it, and what was owed at the start
with

positions as (

    select * from {{ ref('int_month_positions') }}

),

parameters as (

    select
        cast(max(case when parameter = 'dso_months' then value end) as int) as dso_months,
        cast(max(case when parameter = 'cei_months' then value end) as int) as cei_months
    from {{ ref('stg_rules__model_parameters') }}

),

final as (

    select
        positions.months_back,
        cast(sum(case
            when earlier.months_back < positions.months_back + parameters.dso_months
                then earlier.credit_sales
            else 0
        end) as decimal(18, 2)) as dso_sales,
        max(case
            when earlier.months_back < positions.months_back + parameters.dso_months
                then {{ days_between('earlier.month_start', 'positions.month_end') }} + 1
        end) as dso_days,
        cast(sum(case
            when earlier.months_back < positions.months_back + parameters.cei_months
                then earlier.credit_sales
            else 0
        end) as decimal(18, 2)) as cei_sales,
        max(case
            when earlier.months_back = positions.months_back + parameters.cei_months
                then earlier.open_receivables
        end) as starting_receivables,
        parameters.cei_months
    from positions
    cross join parameters
    inner join positions as earlier
        on
            positions.months_back <= earlier.months_back
            and earlier.months_back
            <= positions.months_back + greatest(parameters.dso_months, parameters.cei_months)
    where positions.is_shown
    group by positions.months_back, parameters.cei_months

)

select * from final
