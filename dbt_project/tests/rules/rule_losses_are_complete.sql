-- Fails if a risk tier has no prior, a hard rule no severity, a part of the exposure no conversion or an
-- ageing bucket no provision rate: money would drop out. Priors may not fall with the tier.
with priors as (
    select
        tiers.risk_tier,
        tiers.rank,
        priors.default_probability,
        lag(priors.default_probability) over (order by tiers.rank asc nulls first) as lower_probability
    from {{ ref('stg_rules__risk_tiers') }} as tiers
    left join {{ ref('stg_rules__default_priors') }} as priors on tiers.risk_tier = priors.risk_tier
),

violations as (
    select 'prior of ' || risk_tier as missing
    from priors
    -- unrated stands outside the order: unknown is neither good nor bad
    where default_probability is null or (rank > 1 and default_probability < lower_probability)
    union all
    select 'severity of ' || hard_rules.rule_id as missing
    from {{ ref('stg_rules__hard_rules') }} as hard_rules
    left join {{ ref('stg_rules__loss_severities') }} as severities
        on hard_rules.rule_id = severities.hard_rule
    where severities.severity_id is null
    union all
    select 'severity without a hard rule' as missing
    from {{ ref('stg_rules__loss_severities') }}
    where hard_rule is null
    having count(*) != 1
    union all
    select 'conversion of ' || parts.part as missing
    from {{ ref('stg_rules__exposure_parts') }} as parts
    left join {{ ref('stg_rules__exposure_conversions') }} as conversions on parts.part = conversions.part
    where conversions.part is null
    union all
    select 'provision rate of ' || buckets.ageing_bucket as missing
    from {{ ref('stg_rules__ageing_buckets') }} as buckets
    left join {{ ref('stg_rules__provision_rates') }} as rates on buckets.ageing_bucket = rates.ageing_bucket
    where rates.ageing_bucket is null
)

select * from violations
