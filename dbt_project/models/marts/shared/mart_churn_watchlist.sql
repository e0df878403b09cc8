-- Grain: one row per customer to be kept: why it may leave, what is at risk and the step a rule suggests
-- Of whom no invoice is known, no revenue is: an order not yet invoiced is a purchase and no revenue.
with context as (
    select * from {{ ref('stg_run__context') }}
),

final as (
    select
        {{ md5_key(['context.as_of_date', 'steps.customer_key']) }} as churn_watch_key,
        context.as_of_date,
        steps.customer_key,
        customers.customer_id,
        customers.customer_name,
        steps.value_tier,
        cast(steps.churn_score as double) as churn_score,
        cast(outlook.alive_probability as double) as alive_probability,
        cast(outlook.leaving_probability as double) as leaving_probability,
        {% for amount in ['yearly_revenue', 'revenue_at_risk'] %}
        cast(case when {{ has_invoice('buying') }} then outlook.{{ amount }} end as decimal(18, 2))
            as {{ amount }},
        {% endfor %}
        buying.last_purchase_date,
        cast(buying.recency_days as int) as recency_days,
        cast(round(buying.mean_gap_days, 1) as double) as mean_gap_days,
        cast(round(trends.silence_ratio, 6) as double) as silence_ratio,
        cast(round(trends.frequency_trend, 6) as double) as frequency_trend,
        cast(round(trends.amount_trend, 6) as double) as amount_trend,
        cast(engagements.days_since_last_activity as int) as days_since_last_activity,
        cast(engagements.lost_365 as int) as lost_365,
        cast(needs.open_needs as int) as open_needs,
        cast(needs.open_need_days as int) as open_need_days,
        cast(feedback.feedback_fall as double) as feedback_fall,
        {% for position in [1, 2, 3] %}
        reasons.reason_{{ position }}_code,
        reasons.reason_{{ position }}_en,
        reasons.reason_{{ position }}_zh,
        {% endfor %}
        steps.retention_rule,
        steps.action_en,
        steps.action_zh,
        steps.responsible,
        steps.action_due_date,
        context.rules_version,
        context.run_id
    from {{ ref('int_retention_steps') }} as steps
    cross join context
    inner join {{ ref('int_customers') }} as customers on steps.customer_key = customers.customer_key
    left join {{ ref('int_customer_outlook') }} as outlook on steps.customer_key = outlook.customer_key
    left join {{ ref('int_customer_buying') }} as buying on steps.customer_key = buying.customer_key
    left join {{ ref('int_customer_trends') }} as trends on steps.customer_key = trends.customer_key
    left join {{ ref('int_customer_engagement') }} as engagements
        on steps.customer_key = engagements.customer_key
    left join {{ ref('int_customer_needs') }} as needs on steps.customer_key = needs.customer_key
    left join {{ ref('int_customer_feedback') }} as feedback on steps.customer_key = feedback.customer_key
    left join {{ ref('int_churn_reasons') }} as reasons on steps.customer_key = reasons.customer_key
)

select * from final
