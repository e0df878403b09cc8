-- Grain: one row per candidate, term of its formula and bin. Log odds of default: the sum of weight x WoE of
-- the customer's bins, and the intercept; a term without bins counts as weight x value.
with context as (
    select * from {{ ref('stg_run__context') }}
),

coefficients as (
    select * from {{ ref('stg_run__pd_coefficients') }}
),

factors as (
    select * from {{ ref('stg_rules__risk_factors') }}
),

scaling as (
    select * from {{ ref('int_score_scaling') }}
),

final as (
    select
        {{ md5_key([
            'context.as_of_date', 'coefficients.candidate', 'coefficients.term', 'coefficients.bin'
        ]) }} as pd_coefficient_key,
        context.as_of_date,
        coefficients.candidate,
        coefficients.term,
        factors.label_en,
        factors.label_zh,
        coefficients.bin,
        coefficients.bin_from,
        coefficients.bin_to,
        coefficients.is_missing,
        coefficients.observations,
        coefficients.bads,
        {{ share_of('coefficients.bads', 'coefficients.observations') }} as bad_rate,
        coefficients.woe,
        coefficients.information_value,
        coefficients.log_odds_weight,
        cast(
            round(-scaling.scaling_b * coefficients.log_odds_weight * coefficients.woe, 2) as double
        ) as scaled_points,
        context.rules_version,
        context.run_id
    from coefficients
    cross join context
    cross join scaling
    left join factors on coefficients.term = factors.factor_id
)

select * from final
