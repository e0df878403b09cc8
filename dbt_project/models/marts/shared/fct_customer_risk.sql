-- Grain: one row per customer and as_of date. Money is base currency; a balance nobody owes is 0, a ratio
-- without a denominator is null.
with context as (
    select * from {{ ref('stg_run__context') }}
),

customers as (
    select * from {{ ref('int_customers') }}
),

receivables as (
    select * from {{ ref('int_customer_receivables') }}
),

behaviours as (
    select * from {{ ref('int_customer_payment_behaviour') }}
),

buying as (
    select * from {{ ref('int_customer_buying') }}
),

engagements as (
    select * from {{ ref('int_customer_engagement') }}
),

scores as (
    select * from {{ ref('int_composite_scores') }}
),

tiers as (
    select * from {{ ref('int_customer_tiers') }}
),

paths as (
    select * from {{ ref('int_customer_paths') }}
),

reviews as (
    select * from {{ ref('int_customer_reviews') }}
),

final as (
    select
        {{ md5_key(['context.as_of_date', 'customers.customer_key']) }} as customer_risk_key,
        context.as_of_date,
        customers.customer_key,
        customers.customer_id,
        {% for amount in [
            'open_balance', 'open_receivables', 'unapplied_credits', 'unbilled_orders', 'undelivered_orders',
            'overdue_balance', 'overdue_over_90', 'exposure',
            'ageing_current', 'ageing_1_30', 'ageing_31_60', 'ageing_61_90', 'ageing_91_120', 'ageing_over_120',
            'ageing_credit'
        ] %}
        cast(coalesce(receivables.{{ amount }}, 0) as decimal(18, 2)) as {{ amount }},
        {% endfor %}
        {% for amount in ['credit_limit', 'headroom'] %}
        cast(receivables.{{ amount }} as decimal(18, 2)) as {{ amount }},
        {% endfor %}
        {% for ratio in ['utilisation', 'overdue_rate'] %}
        cast(receivables.{{ ratio }} as double) as {{ ratio }},
        {% endfor %}
        cast(
            round(
                cast(receivables.overdue_documents as double) / nullif(receivables.open_documents, 0), 6
            ) as double
        ) as overdue_rate_documents,
        {% for number in ['open_documents', 'overdue_documents', 'oldest_dpd'] %}
        cast(coalesce(receivables.{{ number }}, 0) as int) as {{ number }},
        {% endfor %}
        coalesce(receivables.is_default, false) as is_default,
        receivables.default_reason,
        {% for number in ['matured_documents', 'late_documents'] %}
        cast(coalesce(behaviours.{{ number }}, 0) as int) as {{ number }},
        {% endfor %}
        {% for measure in [
            'late_share_count', 'late_share_amount', 'days_beyond_terms', 'avg_days_late', 'avg_days_early'
        ] %}
        cast(behaviours.{{ measure }} as double) as {{ measure }},
        {% endfor %}
        {% for number in ['purchases', 'purchases_365'] %}
        cast(coalesce(buying.{{ number }}, 0) as int) as {{ number }},
        {% endfor %}
        {% for amount in ['revenue_365', 'revenue_prior_365'] %}
        cast(coalesce(buying.{{ amount }}, 0) as decimal(18, 2)) as {{ amount }},
        {% endfor %}
        buying.last_purchase_date,
        cast(buying.recency_days as int) as recency_days,
        cast(engagements.days_since_last_activity as int) as days_since_last_activity,
        {% for dimension in risk_dimensions() %}
        scores.{{ dimension }}_score,
        scores.{{ dimension }}_evidence,
        {% endfor %}
        scores.composite_score,
        scores.evidence_weight,
        tiers.risk_tier,
        tiers.model_risk_tier,
        tiers.value_tier,
        tiers.hard_rule,
        tiers.override_id,
        paths.assessment_path,
        reviews.next_review_date,
        context.rules_version,
        context.run_id,
        context.known_at
    from customers
    cross join context
    inner join scores on customers.customer_key = scores.customer_key
    inner join tiers on customers.customer_key = tiers.customer_key
    inner join paths on customers.customer_key = paths.customer_key
    left join reviews on customers.customer_key = reviews.customer_key
    left join receivables on customers.customer_key = receivables.customer_key
    left join behaviours on customers.customer_key = behaviours.customer_key
    left join buying on customers.customer_key = buying.customer_key
    left join engagements on customers.customer_key = engagements.customer_key
)

select * from final
