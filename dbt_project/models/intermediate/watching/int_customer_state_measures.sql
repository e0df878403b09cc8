-- Grain: one row per customer and measure of its state as a whole, for alerts and controls: tier, hard rule,
-- rise of the score in about a month, use of the limit, lateness of the review.
with context as (
    select as_of_date from {{ ref('stg_run__context') }}
),

tiers as (
    select
        customer_tiers.customer_key,
        risk_tiers.rank as tier_rank
    from {{ ref('int_customer_tiers') }} as customer_tiers
    inner join
        {{ ref('stg_rules__risk_tiers') }} as risk_tiers
        on customer_tiers.risk_tier = risk_tiers.risk_tier
),

scores as (
    select * from {{ ref('int_score_rises') }}
),

receivables as (
    select * from {{ ref('int_customer_receivables') }}
),

reviews as (
    select * from {{ ref('int_customer_reviews') }}
),

hard_rule_hits as (
    select * from {{ ref('int_hard_rule_hits') }}
),

wide as (
    select
        tiers.customer_key,
        tiers.tier_rank,
        coalesce(hard_rule_hits.minimum_rank, 0) as hard_rule_rank,
        scores.score_rise,
        receivables.utilisation as limit_utilisation,
        {{ days_between('reviews.next_review_date', 'context.as_of_date') }} as review_overdue_days
    from tiers
    cross join context
    left join hard_rule_hits on tiers.customer_key = hard_rule_hits.customer_key
    left join scores on tiers.customer_key = scores.customer_key
    left join receivables on tiers.customer_key = receivables.customer_key
    left join reviews on tiers.customer_key = reviews.customer_key
),

final as (
    {{ measure_rows('wide', [
        'tier_rank', 'hard_rule_rank', 'score_rise', 'limit_utilisation', 'review_overdue_days'
    ]) }}
)

select * from final
