-- Grain: one row per customer and factor. Points are linear inside a band, so a score never jumps at an
-- edge. The weight is the rule's, shared out again among the factors of the dimension that have a value.
with factor_values as (
    select * from {{ ref('int_factor_values') }}
),

factors as (
    select
        factor_id,
        cast(weight as double) as rule_weight,
        reason_code
    from {{ ref('stg_rules__risk_factors') }}
),

bands as (
    select * from {{ ref('stg_rules__factor_bands') }}
),

banded as (
    select
        factor_values.customer_key,
        factor_values.dimension,
        factor_values.factor_id,
        factor_values.factor_value,
        factor_values.evidence,
        factors.rule_weight,
        factors.reason_code,
        bands.band,
        {{ points_in_band('factor_values.factor_value') }} as raw_points
    from factor_values
    inner join factors on factor_values.factor_id = factors.factor_id
    left join bands
        on
            factor_values.factor_id = bands.factor_id
            and factor_values.factor_value >= bands.lower_bound
            and (factor_values.factor_value < bands.upper_bound or bands.upper_bound is null)
),

known_weights as (
    select
        customer_key,
        dimension,
        {{ exact_sum('rule_weight') }} as known_weight
    from banded
    where band is not null
    group by customer_key, dimension
),

weighted as (
    select
        banded.*,
        round(banded.raw_points, 4) as points,
        case
            when banded.band is not null then banded.rule_weight / nullif(known_weights.known_weight, 0)
            else 0
        end as full_weight
    from banded
    left join known_weights
        on banded.customer_key = known_weights.customer_key and banded.dimension = known_weights.dimension
),

final as (
    select
        customer_key,
        dimension,
        factor_id,
        factor_value,
        evidence,
        band,
        cast(points as double) as points,
        cast(round(full_weight, 6) as double) as weight,
        -- decimal: a sum of doubles depends on the order of the rows
        cast(round(coalesce(points * full_weight, 0), 6) as decimal(18, 6)) as contribution,
        reason_code,
        case when band is not null then 'scored' else 'insufficient_data' end as status
    from weighted
)

select * from final
