-- Grain: one row per survey answer or unanswered question whose score, if there is one, is on the scale
-- A score off its scale is no answer and no silence: it is left out and listed as a finding.
with

answers as (

    select * from {{ ref('int_scaled_answers') }}

),

final as (

    select
        answer_id,
        survey_id,
        customer_key,
        survey_date,
        method,
        metric,
        attribute,
        survey_score,
        is_promoter,
        is_detractor,
        is_satisfied
    from answers
    where not is_off_scale

)

select * from final
