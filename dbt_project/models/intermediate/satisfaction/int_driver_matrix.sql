-- Grain: one row per attribute and column of the normal equations R x = r, over correlations; column 0 is r
-- Strongest attribute first, as many as int_driver_regression sweeps: the others have no slope of their own.
with

correlations as (

    select * from {{ ref('int_driver_correlations') }}

),

ranked as (

    select
        variable,
        row_number()
            over (order by round(abs(correlation), 6) desc nulls last, variable asc nulls last)
            as driver_rank
    from correlations
    where other_variable = 'overall' and variable != 'overall' and correlation is not null

),

variables as (

    select
        variable,
        driver_rank
    from ranked
    where driver_rank <= {{ driver_sweeps() }}
    union all
    select
        'overall' as variable,
        0 as driver_rank

),

parameters as (

    select max(case when parameter = 'driver_pivot_tolerance' then value end) as tolerance
    from {{ ref('stg_rules__model_parameters') }}

),

final as (

    select
        row_variables.driver_rank as matrix_row,
        column_variables.driver_rank as matrix_column,
        coalesce(correlations.correlation, 0) as coefficient,
        parameters.tolerance,
        row_variables.variable
    from variables as row_variables
    cross join variables as column_variables
    cross join parameters
    left join correlations
        on
            row_variables.variable = correlations.variable
            and column_variables.variable = correlations.other_variable
    where row_variables.driver_rank > 0

)

select * from final
