-- Grain: one row per customer and measure with a value: every factor, every score, and what the models of
-- watched_measure_models() add. Alerts and controls name a measure of these.
with factors as (
    select
        customer_key,
        factor_id as watched_measure,
        factor_value as measure_value
    from {{ ref('int_factor_values') }}
    where factor_value is not null
),

dimensions as (
    select
        customer_key,
        dimension || '_score' as watched_measure,
        score as measure_value
    from {{ ref('int_dimension_scores') }}
    where score is not null
),

composites as (
    select
        customer_key,
        'composite_score' as watched_measure,
        composite_score as measure_value
    from {{ ref('int_composite_scores') }}
    where composite_score is not null
),

others as (
    {{ union_of(watched_measure_models(), ['customer_key', 'watched_measure', 'measure_value']) }}
),

final as (
    select * from factors
    union all
    select * from dimensions
    union all
    select * from composites
    union all
    select * from others
)

select * from final
