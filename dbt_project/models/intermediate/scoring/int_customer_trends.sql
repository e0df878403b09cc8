-- Grain: one row per customer with a purchase: buying against its own past
-- silence_ratio: days since the last purchase over the usual gap; the others: now over what the past expects.
with buying as (
    select * from {{ ref('int_customer_buying') }}
),

parameters as (
    select
        max(case when parameter = 'silence_min_purchases' then value end) as silence_min_purchases,
        cast(max(case when parameter = 'silence_prior_gap_days' then value end) as double) as prior_gap_days,
        cast(max(case when parameter = 'silence_prior_gaps' then value end) as double) as prior_gaps,
        max(case when parameter = 'trend_min_days' then value end) as trend_min_days
    from {{ ref('stg_rules__model_parameters') }}
),

measured as (
    select
        buying.customer_key,
        buying.purchases,
        buying.recency_days,
        buying.tenure_days,
        buying.mean_gap_days,
        cast(buying.tenure_days - buying.recency_days as double) as buying_span_days,
        cast(buying.purchases_180 as double) as purchases_180,
        cast(buying.expected_180 as double) as expected_180,
        cast(greatest(buying.revenue_365, 0) as double) as revenue_365,
        cast(buying.revenue_prior_365 as double) as revenue_prior_365,
        cast(least(buying.tenure_days - 365, 365) as double) as prior_days,
        parameters.silence_min_purchases,
        parameters.prior_gap_days,
        parameters.prior_gaps,
        parameters.trend_min_days
    from buying
    cross join parameters
),

final as (
    select
        customer_key,
        -- own gaps and a few assumed ones: few purchases cannot make an extreme rhythm
        case
            when purchases >= silence_min_purchases
                then
                    recency_days * (buying_span_days / nullif(mean_gap_days, 0) + prior_gaps)
                    / nullif(buying_span_days + prior_gaps * prior_gap_days, 0)
        end as silence_ratio,
        case
            when tenure_days >= 180 + trend_min_days then purchases_180 / nullif(expected_180, 0)
        end as frequency_trend,
        case
            when prior_days >= trend_min_days and revenue_prior_365 > 0
                then revenue_365 / nullif(revenue_prior_365 * 365 / nullif(prior_days, 0), 0)
        end as amount_trend
    from measured
)

select * from final
