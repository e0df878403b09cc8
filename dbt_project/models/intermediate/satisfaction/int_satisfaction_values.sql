-- Grain: one row per scope, metric, method and period of int_satisfaction_cells, with the measure and its
-- interval
with

cells as (

    select
        *,
        {{ survey_value() }} as survey_value
    from {{ ref('int_satisfaction_cells') }}

),

scales as (

    select
        metric as scale_metric,
        least(worst_score, best_score) as lowest_score,
        greatest(worst_score, best_score) as highest_score
    from {{ ref('stg_rules__survey_scales') }}

),

parameters as (

    select
        max(case when parameter = 'interval_z' then value end) as interval_z,
        max(case when parameter = 'survey_min_answers' then value end) as min_answers
    from {{ ref('stg_rules__model_parameters') }}

),

measured as (

    select
        cells.*,
        parameters.min_answers,
        {{ survey_centre('parameters.interval_z') }} as centre,
        {{ survey_half_width('parameters.interval_z') }} as half_width,
        case cells.metric when 'nps' then -100 when 'csat' then 0 else scales.lowest_score end as lowest,
        case when cells.metric in ('nps', 'csat') then 100 else scales.highest_score end as highest
    from cells
    cross join parameters
    inner join scales
        on cells.metric = scales.scale_metric

),

final as (

    select
        scope_type,
        scope_name,
        metric,
        survey_method,
        period_type,
        period_start,
        period_end,
        invited,
        answered,
        answers,
        promoters,
        detractors,
        satisfied,
        round(score_sum, 6) as score_sum,
        round(survey_value, 4) as survey_value,
        -- greatest() and least() skip nulls: without a width there is no interval
        case when half_width is not null then round(greatest(centre - half_width, lowest), 4) end
            as interval_low,
        case when half_width is not null then round(least(centre + half_width, highest), 4) end
            as interval_high,
        case
            when answers = 0 then 'insufficient_data'
            when answers < min_answers then 'thin'
            else 'scored'
        end as evidence_status
    from measured

)

select * from final
