-- Grain: one row per customer on an assessed path and factor of the new-customer assessment. A factor nobody
-- knows costs the points of its rule: whoever wants credit can show the evidence.
with paths as (
    select customer_key from {{ ref('int_customer_paths') }}
    where is_assessed
),

factors as (
    select * from {{ ref('stg_rules__new_customer_factors') }}
),

factor_points as (
    select
        customer_key,
        factor_id,
        points
    from {{ ref('int_factor_points') }}
    where status = 'scored'
),

final as (
    select
        paths.customer_key,
        factors.factor_id,
        factor_points.points is not null as is_known,
        cast(coalesce(factor_points.points, factors.points_if_unknown) as double) as points,
        factors.weight,
        cast(
            round(coalesce(factor_points.points, factors.points_if_unknown) * factors.weight, 6) as decimal(
                18, 6
            )
        ) as contribution
    from paths
    cross join factors
    left join factor_points
        on paths.customer_key = factor_points.customer_key and factors.factor_id = factor_points.factor_id
)

select * from final
