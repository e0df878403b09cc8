-- Grain: one row per attribute that correlates with overall satisfaction: its slope beside all the others
-- Solves R x = r by sweeping one attribute after the other (Gauss-Jordan). One that those before it explain,
-- its pivot below the tolerance, gets no slope of its own.
with

sweep_0 as (

    select * from {{ ref('int_driver_matrix') }}

),

{% for p in range(1, driver_sweeps() + 1) -%}
{% set on_pivot = 'matrix_row = ' ~ p ~ ' and matrix_column = ' ~ p -%}
{% set pivot = 'max(case when ' ~ on_pivot ~ ' then coefficient end) over ()' -%}
sweep_{{ p }} as (

    select
        matrix_row,
        matrix_column,
        variable,
        case
            when coalesce({{ pivot }}, 0) < tolerance then coefficient
            when matrix_row = {{ p }} then coefficient / {{ pivot }}
            else
                coefficient
                - max(case when matrix_column = {{ p }} then coefficient end) over (partition by matrix_row)
                * max(case when matrix_row = {{ p }} then coefficient end) over (partition by matrix_column)
                / {{ pivot }}
        end as coefficient,
        tolerance
    from sweep_{{ p - 1 }}

),

{% endfor -%}
solved as (

    select
        variable,
        max(case when matrix_column = 0 then coefficient end) as slope,
        max(case when matrix_column = matrix_row then coefficient end) as diagonal
    from sweep_{{ driver_sweeps() }}
    group by variable

),

final as (

    -- a swept attribute has 1 on the diagonal, a skipped one less than the tolerance
    select
        variable,
        round(case when diagonal > 0.5 then slope end, 6) as standardised_slope
    from solved

)

select * from final
