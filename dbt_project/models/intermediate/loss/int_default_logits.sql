-- Grain: one row per customer that the fitted model speaks of: log odds of default, from its factors' bins
-- Decimals: a sum of doubles depends on the order of the rows.
with

factor_points as (

    select * from {{ ref('int_factor_points') }}

),

coefficients as (

    select * from {{ ref('stg_run__pd_coefficients') }}
    where candidate = 'fitted'

),

intercept as (

    select max(log_odds_weight) as intercept
    from coefficients
    where term = 'intercept'

),

weighted as (

    select
        factor_points.customer_key,
        round(factor_points.points, 2) as points,
        round(coefficients.log_odds_weight * coefficients.woe, 6) as log_odds
    from factor_points
    inner join coefficients
        on
            factor_points.factor_id = coefficients.term
            and coefficients.is_missing = (factor_points.points is null)
            and coalesce(round(factor_points.points, 2) >= coefficients.bin_from, true)
            and coalesce(round(factor_points.points, 2) < coefficients.bin_to, true)

),

summed as (

    select
        customer_key,
        {{ exact_sum('log_odds') }} as log_odds
    from weighted
    group by customer_key
    -- without evidence on any factor of the model there is nothing to predict from
    having count(points) > 0

),

final as (

    select
        summed.customer_key,
        round(intercept.intercept + summed.log_odds, 6) as log_odds
    from summed
    cross join intercept

)

select * from final
