-- Grain: one row per customer and value factor that is known: its points, 100 most valuable
-- Points are linear inside a band; weights are shared out again among the known factors of the component.
with factors as (
    select
        value_factor,
        value_component,
        cast(weight as double) as rule_weight
    from {{ ref('stg_rules__value_factors') }}
),

banded as (
    select
        inputs.customer_key,
        inputs.value_factor,
        inputs.factor_value,
        factors.value_component,
        factors.rule_weight,
        bands.points_at_lower
        + coalesce(
            (bands.points_at_upper - bands.points_at_lower)
            * (inputs.factor_value - bands.lower_bound)
            / nullif(bands.upper_bound - bands.lower_bound, 0),
            0
        ) as value_points
    from {{ ref('int_value_inputs') }} as inputs
    inner join factors on inputs.value_factor = factors.value_factor
    inner join {{ ref('stg_rules__value_bands') }} as bands
        on
            inputs.value_factor = bands.value_factor
            and inputs.factor_value >= bands.lower_bound
            and (inputs.factor_value < bands.upper_bound or bands.upper_bound is null)
),

final as (
    select
        customer_key,
        value_component,
        value_factor,
        factor_value,
        round(value_points, 4) as value_points,
        round(
            rule_weight
            / nullif({{ exact_sum('rule_weight', over='partition by customer_key, value_component') }}, 0),
            6
        ) as weight
    from banded
)

select * from final
