-- Grain: one row per customer on an assessed path: its score from what is known and what is not, and the
-- grade that caps its limit and sets its terms and review.
with assessed as (
    select
        customer_key,
        cast(round(sum(contribution), 2) as double) as assessment_score,
        {{ exact_sum('case when is_known then weight else 0 end') }} as known_share,
        {{ sorted_list("case when not is_known then factor_id end") }} as missing_factors
    from {{ ref('int_new_customer_factors') }}
    group by customer_key
),

grades as (
    select * from {{ ref('stg_rules__new_customer_grades') }}
),

final as (
    select
        assessed.customer_key,
        assessed.assessment_score,
        assessed.known_share,
        assessed.missing_factors,
        grades.grade,
        grades.starting_limit,
        grades.limit_cap,
        grades.terms_days,
        grades.review_days
    from assessed
    inner join grades
        on
            assessed.assessment_score >= grades.score_from
            and (assessed.assessment_score < grades.score_to or grades.score_to is null)
)

select * from final
