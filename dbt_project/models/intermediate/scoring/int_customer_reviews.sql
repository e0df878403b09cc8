-- Grain: one row per customer that is reviewed. The period runs from the last review, or from the day its
-- tier began when that is later; an assessed customer's grade may ask for a shorter one.
with paths as (
    select * from {{ ref('int_customer_paths') }}
    where is_reviewed
),

tiers as (
    select * from {{ ref('int_customer_tiers') }}
),

tier_changes as (
    select * from {{ ref('int_customer_tier_changes') }}
),

assessments as (
    select * from {{ ref('int_new_customer_assessments') }}
),

periods as (
    select * from {{ ref('stg_rules__review_periods') }}
),

reviews as (
    select
        identities.customer_key,
        max(reviews.reviewed_date) as last_review_date
    from {{ ref('stg_rules__risk_reviews') }} as reviews
    inner join {{ ref('int_customer_identities') }} as identities
        on
            reviews.source_system = identities.source_system
            and reviews.source_customer_id = identities.source_customer_id
    group by identities.customer_key
),

dated as (
    select
        paths.customer_key,
        reviews.last_review_date,
        {{ latest_of(['reviews.last_review_date', 'tier_changes.risk_tier_since']) }} as period_start,
        least(periods.review_days, coalesce(assessments.review_days, periods.review_days)) as review_days
    from paths
    inner join tiers on paths.customer_key = tiers.customer_key
    inner join periods on tiers.risk_tier = periods.risk_tier
    left join tier_changes on paths.customer_key = tier_changes.customer_key
    left join assessments on paths.customer_key = assessments.customer_key
    left join reviews on paths.customer_key = reviews.customer_key
),

final as (
    select
        customer_key,
        last_review_date,
        cast(review_days as int) as review_days,
        {{ add_days('period_start', 'review_days') }} as next_review_date
    from dated
)

select * from final
