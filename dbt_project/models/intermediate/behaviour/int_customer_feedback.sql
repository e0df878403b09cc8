-- Grain: one row per customer that answered surveys both lately and before: how far its answers fell
-- Each metric is compared with itself, as a share of its scale; a rise is no fall.
with context as (
    select as_of_date from {{ ref('stg_run__context') }}
),

parameters as (
    select
        max(case when parameter = 'feedback_window_days' then value end) as window_days,
        max(case when parameter = 'lookback_days' then value end) as lookback_days
    from {{ ref('stg_rules__model_parameters') }}
),

scales as (
    select * from {{ ref('stg_rules__survey_scales') }}
),

answers as (
    select
        answers.customer_key,
        answers.metric,
        (answers.survey_score - scales.worst_score) / nullif(scales.best_score - scales.worst_score, 0)
            as satisfaction,
        {{ days_between('answers.survey_date', 'context.as_of_date') }} < parameters.window_days as is_recent
    from {{ ref('int_scaled_answers') }} as answers
    cross join context
    cross join parameters
    inner join scales on answers.metric = scales.metric
    where
        answers.customer_key is not null
        and answers.metric != 'attribute'
        and answers.survey_score is not null
        and not answers.is_off_scale
        and answers.survey_date <= context.as_of_date
        and {{ days_between('answers.survey_date', 'context.as_of_date') }} < parameters.lookback_days
),

compared as (
    select
        customer_key,
        metric,
        sum(case when is_recent then 1 else 0 end) as recent_answers,
        {{ exact_avg('case when is_recent then satisfaction end') }} as recent_satisfaction,
        {{ exact_avg('case when not is_recent then satisfaction end') }} as earlier_satisfaction
    from answers
    group by customer_key, metric
),

final as (
    select
        customer_key,
        cast(sum(recent_answers) as int) as recent_answers,
        round(
            greatest(
                {{ exact_sum('recent_answers * (earlier_satisfaction - recent_satisfaction)') }}
                / nullif(sum(recent_answers), 0),
                0
            ),
            6
        ) as feedback_fall
    from compared
    where recent_satisfaction is not null and earlier_satisfaction is not null
    group by customer_key
)

select * from final
