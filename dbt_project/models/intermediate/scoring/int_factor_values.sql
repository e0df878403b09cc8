-- Grain: one row per customer and factor. The value after shrinking towards the factor's prior, (n x value
-- + k x prior) / (n + k), so that few documents cannot look extreme; null is insufficient data.
with factors as (
    select
        factor_id,
        dimension,
        prior_value,
        prior_weight
    from {{ ref('stg_rules__risk_factors') }}
),

credit as (
    select * from {{ ref('int_credit_factor_inputs') }}
),

churn as (
    select * from {{ ref('int_churn_factor_inputs') }}
),

measured as (
    select
        credit.customer_key,
        factors.factor_id,
        factors.dimension,
        factors.prior_value,
        factors.prior_weight,
        case factors.factor_id
            when 'late_share' then credit.late_share
            when 'days_beyond_terms' then credit.days_beyond_terms
            when 'overdue_share' then credit.overdue_share
            when 'overdue_to_billing' then credit.overdue_to_billing
            when 'oldest_dpd' then credit.oldest_dpd
            when 'utilisation' then credit.utilisation
            when 'silence_ratio' then churn.silence_ratio
            when 'frequency_trend' then churn.frequency_trend
            when 'amount_trend' then churn.amount_trend
            when 'lost_deal_share' then churn.lost_deal_share
            when 'engagement_gap' then churn.engagement_gap
        end as raw_value,
        case
            when factors.factor_id = 'frequency_trend' then churn.expected_180
            when factors.factor_id = 'amount_trend' then cast(churn.purchases_prior_365 as double)
            when factors.factor_id = 'lost_deal_share' then cast(churn.decided_deals as double)
            else cast(credit.matured_documents as double)
        end as credibility,
        case
            when factors.dimension = 'credit' then credit.matured_documents
            when factors.factor_id = 'lost_deal_share' then churn.decided_deals
            when factors.factor_id = 'engagement_gap' then 1
            else churn.purchases
        end as evidence
    from credit
    inner join churn on credit.customer_key = churn.customer_key
    cross join factors
),

final as (
    select
        customer_key,
        factor_id,
        dimension,
        cast(
            round(
                case
                    when prior_weight > 0
                        then
                            (credibility * raw_value + prior_weight * prior_value)
                            / nullif(credibility + prior_weight, 0)
                    else raw_value
                end,
                6
            ) as double
        ) as factor_value,
        case when raw_value is not null then cast(evidence as integer) else 0 end as evidence
    from measured
)

select * from final
