-- Grain: one row per customer on an assessed path and factor of the new-customer assessment. A factor nobody
-- knows costs the points of its rule: whoever wants credit can show the evidence. What others say counts here
-- even where it may not judge in the score.
with paths as (
    select customer_key from {{ ref('int_customer_paths') }}
    where is_assessed
),

factors as (
    select * from {{ ref('stg_rules__new_customer_factors') }}
),

factor_values as (
    select * from {{ ref('int_factor_values') }}
    where factor_value is not null
),

statements as (
    select * from {{ ref('int_assessment_measures') }}
),

bands as (
    select * from {{ ref('stg_rules__factor_bands') }}
),

measured as (
    select
        paths.customer_key,
        factors.factor_id,
        factors.weight,
        factors.points_if_unknown,
        round(coalesce(factor_values.factor_value, statements.raw_value), 6) as factor_value
    from paths
    cross join factors
    left join factor_values
        on paths.customer_key = factor_values.customer_key and factors.factor_id = factor_values.factor_id
    left join statements
        on paths.customer_key = statements.customer_key and factors.factor_id = statements.factor_id
),

banded as (
    select
        measured.*,
        bands.band is not null as is_known,
        round(coalesce({{ points_in_band('measured.factor_value') }}, measured.points_if_unknown), 4)
            as points
    from measured
    left join bands
        on
            measured.factor_id = bands.factor_id
            and measured.factor_value >= bands.lower_bound
            and (measured.factor_value < bands.upper_bound or bands.upper_bound is null)
),

final as (
    select
        customer_key,
        factor_id,
        factor_value,
        is_known,
        cast(points as double) as points,
        weight,
        cast(round(points * weight, 6) as decimal(18, 6)) as contribution
    from banded
)

select * from final
