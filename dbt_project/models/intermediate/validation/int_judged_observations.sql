-- Grain: one row per observation, dimension it judges, and measure: the score and each naive rule
-- Higher is riskier. All are held against the very same customers: those the score speaks of. A score counts
-- by whole tenths of a point: a company of any size has a thousand values, and no band's edge is crossed.
{{ config(materialized='view') }}

with

observations as (

    select * from {{ ref('int_outcome_observations') }}

),

judgements as (

    select * from {{ ref('stg_rules__outcome_judgements') }}

),

scores as (

    select * from {{ ref('stg_history__scores') }}

),

measures as (

    select 'score' as ranked_by
    {% for rule in naive_rules() -%}
    union all
    select '{{ rule }}' as ranked_by
    {% endfor %}

),

judged as (

    select
        observations.validation_date,
        observations.outcome_id,
        judgements.dimension,
        measures.ranked_by,
        observations.customer_key,
        observations.is_pooled,
        observations.is_bad,
        scores.value_tier,
        scores.assessment_path,
        case judgements.dimension
            {% for dimension in risk_dimensions() + ["composite"] -%}
            when '{{ dimension }}' then scores.{{ dimension }}_score
            {% endfor -%}
        end as score,
        case measures.ranked_by
            {% for rule, expression in naive_rules().items() -%}
            when '{{ rule }}' then cast({{ expression }} as double)
            {% endfor -%}
        end as naive_value
    from observations
    inner join judgements
        on observations.outcome_id = judgements.outcome_id
    inner join scores
        on
            observations.validation_date = scores.as_of_date
            and observations.customer_key = scores.customer_key
    cross join measures

),

final as (

    select
        validation_date,
        outcome_id,
        dimension,
        ranked_by,
        customer_key,
        is_pooled,
        is_bad,
        value_tier,
        assessment_path,
        case when ranked_by = 'score' then floor(round(score * 10, 6)) / 10 else round(naive_value, 3) end
            as ranking_value
    from judged
    where score is not null

)

select * from final
