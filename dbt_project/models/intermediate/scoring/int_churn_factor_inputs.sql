-- Grain: one row per customer and churn factor with a value, before shrinking, each against the customer's
-- own past. A prospect (no purchase, no won deal) cannot leave, so the CRM factors need a sale first.
with customers as (
    select
        customers.customer_key,
        customers.is_in_crm,
        buying.purchases,
        buying.recency_days,
        buying.purchases_prior_365,
        buying.expected_180,
        coalesce(buying.purchases, 0) + coalesce(deals.won_365, 0) > 0 as has_bought,
        deals.won_365,
        deals.lost_365,
        deals.lost_weight_365
    from {{ ref('int_customers') }} as customers
    left join {{ ref('int_customer_buying') }} as buying on customers.customer_key = buying.customer_key
    left join {{ ref('int_customer_deals') }} as deals on customers.customer_key = deals.customer_key
),

parameters as (
    select max(value) as trend_min_days
    from {{ ref('stg_rules__model_parameters') }}
    where parameter = 'trend_min_days'
),

wide as (
    select
        customers.*,
        outlook.leaving_probability,
        customers.recency_days as purchase_gap,
        trends.silence_ratio,
        trends.frequency_trend,
        trends.amount_trend,
        customers.won_365 + customers.lost_365 as decided_deals,
        customers.won_365 + customers.lost_weight_365 as decided_weight,
        case
            when customers.has_bought
                then customers.lost_weight_365 / nullif(customers.won_365 + customers.lost_weight_365, 0)
        end as lost_deal_share,
        case when customers.has_bought and customers.is_in_crm then engagements.days_since_last_activity end
            as engagement_gap,
        activity.expected_activities_180,
        activity.activities_180 + activity.activities_before_180 as activities,
        case
            when customers.has_bought and activity.history_days >= 180 + parameters.trend_min_days
                then activity.activities_180 / nullif(activity.expected_activities_180, 0)
        end as engagement_trend,
        needs.service_cases,
        case when customers.has_bought then needs.open_need_days end as open_need_days,
        feedback.recent_answers,
        case when customers.has_bought then feedback.feedback_fall end as feedback_fall
    from customers
    cross join parameters
    left join {{ ref('int_customer_outlook') }} as outlook on customers.customer_key = outlook.customer_key
    left join {{ ref('int_customer_trends') }} as trends on customers.customer_key = trends.customer_key
    left join {{ ref('int_customer_engagement') }} as engagements
        on customers.customer_key = engagements.customer_key
    left join {{ ref('int_customer_activity') }} as activity on customers.customer_key = activity.customer_key
    left join {{ ref('int_customer_needs') }} as needs on customers.customer_key = needs.customer_key
    left join {{ ref('int_customer_feedback') }} as feedback on customers.customer_key = feedback.customer_key
),

final as (
    {{ factor_rows('wide', {
        'leaving_probability': ('purchases', 'purchases'),
        'purchase_gap': ('purchases', 'purchases'),
        'silence_ratio': ('purchases', 'purchases'),
        'frequency_trend': ('expected_180', 'purchases'),
        'amount_trend': ('purchases_prior_365', 'purchases'),
        'lost_deal_share': ('decided_weight', 'decided_deals'),
        'engagement_gap': ('1', '1'),
        'engagement_trend': ('expected_activities_180', 'activities'),
        'open_need_days': ('service_cases', 'service_cases'),
        'feedback_fall': ('recent_answers', 'recent_answers'),
    }) }}
)

select * from final
