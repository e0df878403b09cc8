-- Grain: one row per customer, as_of date and factor. The explanation below the score: a factor without
-- evidence has a row that says so, no points and no weight.
with context as (
    select * from {{ ref('stg_run__context') }}
),

factor_points as (
    select * from {{ ref('int_factor_points') }}
),

dimension_scores as (
    select
        customer_key,
        dimension,
        weight as dimension_weight
    from {{ ref('int_dimension_scores') }}
),

final as (
    select
        context.as_of_date,
        factor_points.customer_key,
        factor_points.dimension,
        factor_points.factor_id,
        factor_points.factor_value,
        factor_points.band,
        factor_points.points,
        factor_points.weight,
        cast(factor_points.contribution as double) as contribution,
        cast(
            round(cast(factor_points.contribution as double) * dimension_scores.dimension_weight, 6) as double
        ) as composite_contribution,
        factor_points.reason_code,
        factor_points.status,
        context.rules_version,
        context.run_id
    from factor_points
    cross join context
    inner join dimension_scores
        on
            factor_points.customer_key = dimension_scores.customer_key
            and factor_points.dimension = dimension_scores.dimension
)

select * from final
