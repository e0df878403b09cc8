-- Grain: one row per customer surveyed within the trailing window: its measures by metric, answered or not
with

scores as (

    select * from {{ ref('int_survey_scores') }}
    where customer_key is not null

),

context as (

    select as_of_date from {{ ref('stg_run__context') }}

),

parameters as (

    select max(case when parameter = 'survey_lookback_days' then value end) as lookback_days
    from {{ ref('stg_rules__model_parameters') }}

),

recent as (

    select scores.*
    from scores
    cross join context
    cross join parameters
    where
        {{ days_between('scores.survey_date', 'context.as_of_date') }} between 0 and parameters.lookback_days
        - 1

),

final as (

    select
        customer_key,
        cast(count(distinct survey_id) as int) as invited,
        cast(count(distinct case when survey_score is not null then survey_id end) as int) as answered,
        {% for metric in ['nps', 'csat', 'ces'] %}
        cast(count(case when metric = '{{ metric }}' then survey_score end) as int) as {{ metric }}_answers,
        round({{ exact_avg("case when metric = '" ~ metric ~ "' then survey_score end") }}, 6)
            as {{ metric }}_mean,
        {% endfor %}
        cast(sum(case when metric = 'nps' and survey_score is not null then is_promoter else 0 end) as int)
            as promoters,
        cast(sum(case when metric = 'nps' and survey_score is not null then is_detractor else 0 end) as int)
            as detractors,
        cast(sum(case when metric = 'csat' and survey_score is not null then is_satisfied else 0 end) as int)
            as satisfied,
        max(case when survey_score is not null then survey_date end) as last_answer_date
    from recent
    group by customer_key

)

select * from final
