-- Grain: one row per customer: its probability of default within a year, and the method behind it
-- Who is in default has nothing left to predict; where the chosen method is silent, the tier's prior speaks.
with

tiers as (

    select * from {{ ref('int_customer_tiers') }}

),

receivables as (

    select
        customer_key,
        is_default
    from {{ ref('int_customer_receivables') }}

),

scores as (

    select
        customer_key,
        credit_score
    from {{ ref('int_composite_scores') }}

),

logits as (

    select * from {{ ref('int_default_logits') }}

),

priors as (

    select * from {{ ref('stg_rules__default_priors') }}

),

chosen as (

    select max(case when is_chosen then candidate end) as candidate
    from {{ ref('stg_run__pd_candidates') }}

),

calibration as (

    select
        max(case when term = 'intercept' then log_odds_weight end) as intercept,
        max(case when term = 'credit_score' then log_odds_weight end) as slope
    from {{ ref('stg_run__pd_coefficients') }}
    where candidate = 'calibrated'

),

parameters as (

    select max(case when parameter = 'pd_floor' then value end) as pd_floor
    from {{ ref('stg_rules__model_parameters') }}

),

found as (

    select
        tiers.customer_key,
        priors.default_probability,
        parameters.pd_floor,
        case
            when chosen.candidate = 'fitted' then logits.log_odds
            when chosen.candidate = 'calibrated'
                then calibration.intercept + calibration.slope * scores.credit_score
        end as log_odds,
        coalesce(receivables.is_default, false) as is_default,
        chosen.candidate
    from tiers
    cross join chosen
    cross join calibration
    cross join parameters
    inner join priors on tiers.model_risk_tier = priors.risk_tier
    left join receivables on tiers.customer_key = receivables.customer_key
    left join scores on tiers.customer_key = scores.customer_key
    left join logits on tiers.customer_key = logits.customer_key

),

final as (

    select
        customer_key,
        case
            when is_default then 'in_default'
            when log_odds is not null then candidate
            else 'rule_prior'
        end as pd_method,
        cast(
            round(
                case
                    when is_default then 1
                    -- nobody is certain to pay, or to fail
                    else least(
                        greatest(coalesce(1 / (1 + exp(-log_odds)), default_probability), pd_floor),
                        1 - pd_floor
                    )
                end,
                6
            ) as double
        ) as probability_of_default
    from found

)

select * from final
