-- Fails if methods or value tiers of a metric and period do not add up to the company, or an interval leaves
-- out its measure.
with measures as (
    select * from {{ ref('mart_satisfaction') }}
),

wholes as (
    select * from measures
    where scope_type = 'company' and survey_method = 'all'
),

parts as (
    select
        metric,
        period_type,
        period_start,
        case when scope_type = 'company' then 'methods' else 'tiers' end as cut,
        sum(answers) as answers,
        sum(invited) as invited,
        sum(score_sum) as score_sum
    from measures
    where
        (scope_type = 'company' and survey_method != 'all')
        or (scope_type = 'value_tier' and survey_method = 'all')
    group by
        metric, period_type, period_start, case when scope_type = 'company' then 'methods' else 'tiers' end
),

violations as (
    select
        wholes.metric,
        wholes.period_start
    from wholes
    inner join parts
        on
            wholes.metric = parts.metric
            and wholes.period_type = parts.period_type
            and wholes.period_start = parts.period_start
    where
        wholes.answers != parts.answers
        or round(coalesce(wholes.score_sum, 0) - coalesce(parts.score_sum, 0), 4) != 0
    union all
    select
        metric,
        period_start
    from measures
    where survey_value < interval_low or survey_value > interval_high
)

select * from violations
