-- Grain: one row per customer: probability of default x loss given default x exposure at default, beside what
-- the provision matrix asks for. Money is base currency.
with context as (
    select * from {{ ref('stg_run__context') }}
),

risks as (
    select * from {{ ref('fct_customer_risk') }}
),

probabilities as (
    select * from {{ ref('int_default_probabilities') }}
),

severities as (
    select * from {{ ref('int_loss_severities') }}
),

exposures as (
    select * from {{ ref('int_exposures_at_default') }}
),

provisions as (
    select
        customer_key,
        sum(provision_base) as provision_base
    from {{ ref('int_provisions') }}
    group by customer_key
),

scaling as (
    select * from {{ ref('int_score_scaling') }}
),

final as (
    select
        {{ md5_key(['context.as_of_date', 'risks.customer_key']) }} as expected_loss_key,
        context.as_of_date,
        risks.customer_key,
        risks.customer_id,
        risks.model_risk_tier,
        probabilities.probability_of_default,
        probabilities.pd_method,
        {{ scaled_score('probabilities.probability_of_default') }} as scaled_score,
        severities.loss_given_default,
        severities.severity_id,
        severities.lgd_source,
        risks.open_receivables,
        cast(coalesce(exposures.exposure_at_default_base, 0) as decimal(18, 2)) as exposure_at_default_base,
        coalesce(exposures.ead_source, 'rule') as ead_source,
        cast(
            round(
                probabilities.probability_of_default
                * severities.loss_given_default
                * cast(coalesce(exposures.exposure_at_default_base, 0) as double),
                2
            ) as decimal(18, 2)
        ) as expected_loss_base,
        cast(coalesce(provisions.provision_base, 0) as decimal(18, 2)) as provision_base,
        context.base_currency,
        context.rules_version,
        context.run_id
    from risks
    cross join context
    cross join scaling
    inner join probabilities on risks.customer_key = probabilities.customer_key
    inner join severities on coalesce(risks.hard_rule, '') = coalesce(severities.hard_rule, '')
    left join exposures on risks.customer_key = exposures.customer_key
    left join provisions on risks.customer_key = provisions.customer_key
)

select * from final
