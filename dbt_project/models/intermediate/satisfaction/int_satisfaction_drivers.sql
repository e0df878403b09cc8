-- Grain: one row per rated attribute: how it goes with overall satisfaction, how much it explains, how it is
-- rated
-- Importance is its part of the explained variance (standardised slope x correlation, never below 0), as a
-- share.
with

correlations as (

    select * from {{ ref('int_driver_correlations') }}

),

regression as (

    select * from {{ ref('int_driver_regression') }}

),

parameters as (

    select
        max(case when parameter = 'driver_min_answers' then value end) as min_answers,
        max(case when parameter = 'driver_performance_split' then value end) as performance_split
    from {{ ref('stg_rules__model_parameters') }}

),

rated as (

    select
        variable,
        pairs as answers,
        mean_rating
    from correlations
    where variable = other_variable and variable != 'overall'

),

measured as (

    select
        rated.variable,
        rated.answers,
        rated.mean_rating,
        coalesce(overall.pairs, 0) as pairs,
        round(overall.correlation, 6) as correlation,
        round(overall.correlation * overall.other_deviation / nullif(overall.deviation, 0), 6) as slope,
        regression.standardised_slope,
        round(greatest(coalesce(regression.standardised_slope * overall.correlation, 0), 0), 6) as explained
    from rated
    left join correlations as overall
        on rated.variable = overall.variable and overall.other_variable = 'overall'
    left join regression
        on rated.variable = regression.variable

),

shared as (

    select
        *,
        round(explained / nullif({{ exact_sum('explained', over='') }}, 0), 6) as importance_share,
        {{ exact_sum('standardised_slope * correlation', over='') }} as explained_variance,
        sum(case when standardised_slope is not null then 1 else 0 end) over () as drivers
    from measured

),

final as (

    select
        substr(shared.variable, 11) as attribute,
        shared.answers,
        shared.pairs,
        shared.mean_rating,
        shared.correlation,
        shared.slope,
        shared.standardised_slope,
        case when shared.standardised_slope is not null then shared.importance_share end as importance_share,
        shared.explained_variance,
        case
            when shared.standardised_slope is null then 'insufficient_data'
            when shared.pairs < parameters.min_answers then 'thin'
            else 'scored'
        end as evidence_status,
        shared.importance_share * shared.drivers >= 1 as is_important,
        shared.mean_rating >= parameters.performance_split as performs_well
    from shared
    cross join parameters

)

select * from final
