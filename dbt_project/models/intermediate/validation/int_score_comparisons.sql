-- Grain: one row per validation date, outcome, dimension and segment: how well the score ranks, beside the
-- naive rules on the same customers; of all customers also the error of the rates expected of its bands.
with

rankings as (

    select * from {{ ref('int_score_rankings') }}
    where segment_type != 'pooled'

),

naive as (

    select
        validation_date,
        outcome_id,
        dimension,
        segment_type,
        segment_name,
        {% for rule in naive_rules() -%}
        max(case when ranked_by = '{{ rule }}' then auc end) as {{ rule }}_auc,
        {% endfor -%}
        max(auc) as best_naive_auc
    from rankings
    where ranked_by != 'score'
    group by validation_date, outcome_id, dimension, segment_type, segment_name

),

errors as (

    select * from {{ ref('int_score_errors') }}

),

final as (

    select
        scores.validation_date,
        scores.outcome_id,
        scores.dimension,
        scores.segment_type,
        scores.segment_name,
        scores.bads,
        scores.goods,
        scores.auc,
        scores.auc_error,
        scores.ks,
        scores.ks_error,
        scores.capture_10,
        scores.capture_20,
        {% for rule in naive_rules() -%}
        naive.{{ rule }}_auc,
        {% endfor -%}
        naive.best_naive_auc,
        errors.brier,
        errors.brier_reference
    from rankings as scores
    inner join naive
        on
            scores.validation_date = naive.validation_date
            and scores.outcome_id = naive.outcome_id
            and scores.dimension = naive.dimension
            and scores.segment_type = naive.segment_type
            and scores.segment_name = naive.segment_name
    left join errors
        on
            scores.validation_date = errors.validation_date
            and scores.outcome_id = errors.outcome_id
            and scores.dimension = errors.dimension
            and scores.segment_type = 'all'
    where scores.ranked_by = 'score'

)

select * from final
