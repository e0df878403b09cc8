-- Grain: one row per customer that bought, collects points or may be cared for
-- Points are those of the main plan; mart_loyalty_points has every plan. Care counts only if permitted.
-- Without an invoice nobody knows what the customer is worth.
with context as (
    select * from {{ ref('stg_run__context') }}
),

final as (
    select
        {{ md5_key(['context.as_of_date', 'customers.customer_key']) }} as loyalty_key,
        context.as_of_date,
        customers.customer_key,
        customers.customer_id,
        customers.customer_name,
        cast(scores.score as double) as loyalty_score,
        cast(rfm.recency_score as int) as recency_score,
        cast(rfm.frequency_score as int) as frequency_score,
        cast(rfm.monetary_score as int) as monetary_score,
        rfm.rfm_segment,
        {% for amount in ['revenue_to_date', 'expected_value', 'lifetime_value'] %}
        cast(case when {{ has_invoice('buying') }} then lifetime.{{ amount }} end as decimal(18, 2))
            as {{ amount }},
        {% endfor %}
        cast(lifetime.margin_rate as double) as margin_rate,
        lifetime.is_margin_defaulted,
        nullif(points.plan, '') as plan,
        points.plan_tier,
        cast(points.points_balance as decimal(18, 2)) as points_balance,
        cast(points.points_expiring as decimal(18, 2)) as points_expiring,
        points.next_expiry_date,
        cast(points.points_used_share as double) as points_used_share,
        cast(coalesce(care.care_contacts_365, 0) as int) as care_contacts_365,
        cast(coalesce(care.care_reached_365, 0) as int) as care_reached_365,
        cast(coalesce(care.care_unpermitted_365, 0) as int) as care_unpermitted_365,
        cast(coalesce(care.care_consents, 0) as int) as care_consents,
        care.last_care_date,
        care.next_care_date,
        context.rules_version,
        context.run_id
    from {{ ref('int_customers') }} as customers
    cross join context
    left join {{ ref('int_customer_rfm') }} as rfm on customers.customer_key = rfm.customer_key
    left join {{ ref('int_customer_buying') }} as buying on customers.customer_key = buying.customer_key
    left join {{ ref('int_customer_lifetime_value') }} as lifetime
        on customers.customer_key = lifetime.customer_key
    left join {{ ref('int_customer_points') }} as points
        on customers.customer_key = points.customer_key and points.is_main_plan
    left join {{ ref('int_customer_care') }} as care on customers.customer_key = care.customer_key
    left join {{ ref('int_dimension_scores') }} as scores
        on customers.customer_key = scores.customer_key and scores.dimension = 'loyalty'
    where
        rfm.customer_key is not null
        or points.customer_key is not null
        or care.customer_key is not null
)

select * from final
