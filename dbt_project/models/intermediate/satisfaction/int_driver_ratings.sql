-- Grain: one row per survey of the trailing window and variable rated in it: each attribute, and `overall`
-- Overall satisfaction is the CSAT answer of the same questionnaire.
with

scores as (

    select * from {{ ref('int_survey_scores') }}
    where survey_score is not null and (metric = 'csat' or (metric = 'attribute' and attribute is not null))

),

context as (

    select as_of_date from {{ ref('stg_run__context') }}

),

parameters as (

    select max(case when parameter = 'survey_lookback_days' then value end) as lookback_days
    from {{ ref('stg_rules__model_parameters') }}

),

final as (

    select
        scores.survey_id,
        case
            when scores.metric = 'csat' then 'overall' else 'attribute:' || lower(trim(scores.attribute))
        end as variable,
        round({{ exact_avg('scores.survey_score') }}, 6) as rating_mean
    from scores
    cross join context
    cross join parameters
    where
        {{ days_between('scores.survey_date', 'context.as_of_date') }} between 0 and parameters.lookback_days
        - 1
    group by
        scores.survey_id,
        case when scores.metric = 'csat' then 'overall' else 'attribute:' || lower(trim(scores.attribute)) end

)

select * from final
