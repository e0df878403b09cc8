-- Grain: one row per survey answer or unanswered question, with what its score means on its scale
with

answers as (

    select * from {{ ref('int_survey_answers') }}

),

scales as (

    select * from {{ ref('stg_rules__survey_scales') }}

),

final as (

    select
        answers.*,
        coalesce(
            answers.score < least(scales.worst_score, scales.best_score)
            or answers.score > greatest(scales.worst_score, scales.best_score),
            false
        ) as is_off_scale,
        cast(answers.score as double) as survey_score,
        cast(case when answers.score >= scales.promoter_from then 1 else 0 end as int) as is_promoter,
        cast(case when answers.score <= scales.detractor_to then 1 else 0 end as int) as is_detractor,
        cast(case when answers.score >= scales.satisfied_from then 1 else 0 end as int) as is_satisfied
    from answers
    inner join scales
        on answers.metric = scales.metric

)

select * from final
