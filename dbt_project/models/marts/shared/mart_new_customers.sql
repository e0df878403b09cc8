-- Grain: one row per customer that is assessed as a prospect, new or with a thin file: what is known, what is
-- missing, and what follows for limit, terms and review.
with context as (
    select * from {{ ref('stg_run__context') }}
),

assessments as (
    select * from {{ ref('int_new_customer_assessments') }}
),

paths as (
    select * from {{ ref('int_customer_paths') }}
),

reviews as (
    select * from {{ ref('int_customer_reviews') }}
),

final as (
    select
        {{ md5_key(['context.as_of_date', 'assessments.customer_key']) }} as new_customer_key,
        context.as_of_date,
        assessments.customer_key,
        paths.assessment_path,
        paths.relation_days,
        assessments.assessment_score,
        assessments.known_share,
        assessments.missing_factors,
        assessments.grade,
        cast(assessments.starting_limit as decimal(18, 2)) as starting_limit,
        cast(assessments.limit_cap as decimal(18, 2)) as limit_cap,
        assessments.terms_days as longest_terms_days,
        reviews.next_review_date,
        context.rules_version,
        context.run_id
    from assessments
    cross join context
    inner join paths on assessments.customer_key = paths.customer_key
    left join reviews on assessments.customer_key = reviews.customer_key
)

select * from final
