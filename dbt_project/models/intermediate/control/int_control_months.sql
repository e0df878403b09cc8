-- Grain: one row per month that credit control looks at; months_back 0 is the month of as_of, up to that day
-- Older than the months shown are those that a window of default, sales or collection begins in.
with

context as (

    select * from {{ ref('stg_run__context') }}

),

parameters as (

    select
        max(case when parameter = 'control_months' then value end) as control_months,
        max(
            case
                when parameter in ('default_window_months', 'dso_months', 'cei_months') then value
            end
        ) as window_months
    from {{ ref('stg_rules__model_parameters') }}

),

numbered as (

    {{ numbers(240) }}

),

final as (

    select
        numbered.number as months_back,
        cast(
            date_trunc('month', {{ month_end('context.as_of_date', 'numbered.number') }}) as date
        ) as month_start,
        least({{ month_end('context.as_of_date', 'numbered.number') }}, context.as_of_date) as month_end,
        {{ month_end('context.as_of_date', 'numbered.number + 1') }} as previous_month_end,
        {{ month_end('context.as_of_date', 'numbered.number') }} <= context.as_of_date as is_complete,
        numbered.number < parameters.control_months as is_shown
    from numbered
    cross join context
    cross join parameters
    where numbered.number <= parameters.control_months + parameters.window_months

)

select * from final
