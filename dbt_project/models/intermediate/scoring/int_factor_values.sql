-- Grain: one row per customer and factor. The value after shrinking towards the factor's prior, (n x value
-- + k x prior) / (n + k), so that few documents cannot look extreme; null is insufficient data.
with customers as (
    select customer_key from {{ ref('int_customers') }}
),

factors as (
    select
        factor_id,
        dimension,
        prior_value,
        prior_weight
    from {{ ref('stg_rules__risk_factors') }}
),

inputs as (
    {{ union_of(
        factor_input_models(), ['customer_key', 'factor_id', 'raw_value', 'credibility', 'evidence']
    ) }}
),

final as (
    select
        customers.customer_key,
        factors.factor_id,
        factors.dimension,
        cast(
            round(
                case
                    when factors.prior_weight > 0
                        then
                            (
                                inputs.credibility * inputs.raw_value
                                + factors.prior_weight * factors.prior_value
                            ) / nullif(inputs.credibility + factors.prior_weight, 0)
                    else inputs.raw_value
                end,
                6
            ) as double
        ) as factor_value,
        cast(coalesce(inputs.evidence, 0) as int) as evidence
    from customers
    cross join factors
    left join inputs
        on customers.customer_key = inputs.customer_key and factors.factor_id = inputs.factor_id
)

select * from final
