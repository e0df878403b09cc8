-- Grain: one row per customer and churn factor with a value, before shrinking, each against the customer's
-- own past. A prospect (no purchase, no won deal) cannot leave, so the CRM factors need a sale first.
with customers as (
    select
        customer_key,
        is_in_crm
    from {{ ref('int_customers') }}
),

buying as (
    select * from {{ ref('int_customer_buying') }}
),

engagements as (
    select * from {{ ref('int_customer_engagement') }}
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
        customers.customer_key,
        customers.is_in_crm,
        parameters.silence_min_purchases,
        parameters.prior_gap_days,
        parameters.prior_gaps,
        parameters.trend_min_days,
        coalesce(buying.purchases, 0) as purchases,
        buying.recency_days,
        buying.tenure_days,
        cast(buying.tenure_days - buying.recency_days as double) as buying_span_days,
        buying.mean_gap_days,
        cast(buying.purchases_180 as double) as purchases_180,
        cast(buying.expected_180 as double) as expected_180,
        cast(greatest(buying.revenue_365, 0) as double) as revenue_365,
        cast(buying.revenue_prior_365 as double) as revenue_prior_365,
        coalesce(buying.purchases_prior_365, 0) as purchases_prior_365,
        cast(least(buying.tenure_days - 365, 365) as double) as prior_days,
        coalesce(engagements.won_365, 0) + coalesce(engagements.lost_365, 0) as decided_deals,
        coalesce(engagements.lost_365, 0) as lost_deals,
        coalesce(buying.purchases, 0) + coalesce(engagements.won_365, 0) as sales,
        engagements.days_since_last_activity
    from customers
    cross join parameters
    left join buying on customers.customer_key = buying.customer_key
    left join engagements on customers.customer_key = engagements.customer_key
),

wide as (
    select
        customer_key,
        purchases,
        decided_deals,
        expected_180,
        purchases_prior_365,
        case
            when purchases >= silence_min_purchases
                then
                    recency_days * (buying_span_days / nullif(mean_gap_days, 0) + prior_gaps)
                    / nullif(buying_span_days + prior_gaps * prior_gap_days, 0)
        end as silence_ratio,
        case when tenure_days >= 180 + trend_min_days then purchases_180 / nullif(expected_180, 0) end
            as frequency_trend,
        case
            when prior_days >= trend_min_days and revenue_prior_365 > 0
                then revenue_365 / nullif(revenue_prior_365 * 365 / nullif(prior_days, 0), 0)
        end as amount_trend,
        case when sales > 0 then cast(lost_deals as double) / nullif(decided_deals, 0) end as lost_deal_share,
        case when is_in_crm and sales > 0 then cast(days_since_last_activity as double) end as engagement_gap
    from measured
),

final as (
    {{ factor_rows('wide', {
        'silence_ratio': ('purchases', 'purchases'),
        'frequency_trend': ('expected_180', 'purchases'),
        'amount_trend': ('purchases_prior_365', 'purchases'),
        'lost_deal_share': ('decided_deals', 'decided_deals'),
        'engagement_gap': ('1', '1'),
    }) }}
)

select * from final
