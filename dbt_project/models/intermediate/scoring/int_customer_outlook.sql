-- Grain: one row per customer with a purchase: the chance that it still buys (BG/NBD) and what is at risk
-- A purchase is a day with one; the model's parameters are rules, never fitted to the customers of the run.
with buying as (
    select * from {{ ref('int_customer_buying') }}
),

parameters as (
    select
        cast(max(case when parameter = 'outlook_shape' then value end) as double) as shape,
        cast(max(case when parameter = 'outlook_scale_days' then value end) as double) as scale_days,
        cast(max(case when parameter = 'outlook_dropout_a' then value end) as double) as dropout_a,
        cast(max(case when parameter = 'outlook_dropout_b' then value end) as double) as dropout_b,
        cast(max(case when parameter = 'outlook_horizon_days' then value end) as double) as horizon_days
    from {{ ref('stg_rules__model_parameters') }}
),

measured as (
    select
        buying.customer_key,
        buying.purchase_days - 1 as repeats,
        buying.revenue_365,
        buying.revenue_prior_365,
        parameters.shape + buying.purchase_days - 1 as exponent,
        parameters.dropout_a / (parameters.dropout_b + buying.purchase_days - 2) as dropout_odds,
        ln(
            (parameters.scale_days + buying.tenure_days)
            / nullif(parameters.scale_days + buying.tenure_days - buying.recency_days, 0)
        ) as log_silence,
        ln(
            (parameters.scale_days + buying.tenure_days)
            / nullif(parameters.scale_days + buying.tenure_days + parameters.horizon_days, 0)
        ) as log_horizon
    from buying
    cross join parameters
),

estimated as (
    select
        *,
        -- beyond exp(600) the probability is nil to any digit and the power would overflow
        case
            when repeats = 0 then cast(1 as double)
            else 1 / (1 + dropout_odds * exp(least(exponent * log_silence, 600)))
        end as alive_probability,
        1 - exp(exponent * log_horizon) as repurchase_probability
    from measured
),

final as (
    select
        customer_key,
        cast(repeats as int) as repeats,
        round(alive_probability, 6) as alive_probability,
        round(1 - alive_probability * repurchase_probability, 6) as leaving_probability,
        cast(greatest(revenue_365, revenue_prior_365, 0) as decimal(18, 2)) as yearly_revenue,
        cast(
            round(
                (1 - alive_probability * repurchase_probability)
                * cast(greatest(revenue_365, revenue_prior_365, 0) as double),
                2
            ) as decimal(18, 2)
        ) as revenue_at_risk
    from estimated
)

select * from final
