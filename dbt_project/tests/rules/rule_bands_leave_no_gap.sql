-- Fails if a factor's bands do not start at 0, leave a gap, overlap, jump in points, end before infinity,
-- or turn against the direction the factor declares. Read as of the run.
with bands as (
    select
        factor_bands.factor_id,
        factor_bands.band,
        factor_bands.lower_bound,
        factor_bands.upper_bound,
        factor_bands.points_at_lower,
        factor_bands.points_at_upper,
        risk_factors.direction,
        lag(factor_bands.upper_bound) over (
            partition by factor_bands.factor_id order by factor_bands.band asc nulls first
        ) as previous_upper,
        lag(factor_bands.points_at_upper) over (
            partition by factor_bands.factor_id order by factor_bands.band asc nulls first
        ) as previous_points,
        row_number() over (
            partition by factor_bands.factor_id order by factor_bands.band desc nulls first
        ) as from_last
    from {{ ref('stg_rules__risk_factors') }} as risk_factors
    left join
        {{ ref('stg_rules__factor_bands') }} as factor_bands
        on risk_factors.factor_id = factor_bands.factor_id
),

violations as (
    select
        factor_id,
        band
    from bands
    where
        band is null
        or (band = 1 and lower_bound != 0)
        or (
            band > 1
            and (
                previous_upper is null or previous_upper != lower_bound or previous_points != points_at_lower
            )
        )
        or upper_bound <= lower_bound
        or (from_last = 1 and upper_bound is not null)
        or (upper_bound is null and points_at_lower != points_at_upper)
        or points_at_lower not between 0 and 100
        or points_at_upper not between 0 and 100
        or (direction = 'higher_is_riskier' and points_at_upper < points_at_lower)
        or (direction = 'lower_is_riskier' and points_at_upper > points_at_lower)
)

select * from violations
