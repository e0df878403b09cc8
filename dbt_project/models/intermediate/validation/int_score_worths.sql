-- Grain: one row per outcome and dimension: the pooled AUC of the score and of the best naive rule, the
-- standard errors of the first and of their difference. Both are of the same customers, so their errors are
-- taken together.
with

influences as (

    select * from {{ ref('int_score_influences') }}

),

rankings as (

    select * from {{ ref('int_score_rankings') }}
    where segment_type = 'pooled'

),

best as (

    select
        outcome_id,
        dimension,
        ranked_by,
        auc,
        row_number() over (
            partition by outcome_id, dimension order by round(auc, 9) desc nulls last, ranked_by asc
        ) as place
    from rankings
    where ranked_by != 'score'

),

errors as (

    select
        influences.outcome_id,
        influences.dimension,
        cast(count(*) as int) as customers,
        {% for rule in naive_rules() -%}
        sqrt(
            {{ fine_sum('(score_pull - ' ~ rule ~ '_pull) * (score_pull - ' ~ rule ~ '_pull)') }}
            * count(*) / nullif(count(*) - 1, 0)
        ) as {{ rule }}_gain_error,
        {% endfor -%}
        sqrt({{ fine_sum('score_pull * score_pull') }} * count(*) / nullif(count(*) - 1, 0)) as auc_error
    from influences
    group by influences.outcome_id, influences.dimension

),

final as (

    select
        scores.validation_date,
        scores.outcome_id,
        scores.dimension,
        errors.customers,
        scores.bads,
        scores.goods,
        scores.auc,
        errors.auc_error,
        best.ranked_by as best_naive_rule,
        best.auc as best_naive_auc,
        scores.auc - best.auc as auc_gain,
        case best.ranked_by
            {% for rule in naive_rules() -%}
            when '{{ rule }}' then errors.{{ rule }}_gain_error
            {% endfor -%}
        end as gain_error,
        scores.auc - state.auc as state_gain,
        errors.overdue_gain_error as state_gain_error
    from rankings as scores
    inner join errors
        on scores.outcome_id = errors.outcome_id and scores.dimension = errors.dimension
    inner join best
        on scores.outcome_id = best.outcome_id and scores.dimension = best.dimension and best.place = 1
    inner join rankings as state
        on
            scores.outcome_id = state.outcome_id
            and scores.dimension = state.dimension
            and state.ranked_by = 'overdue'
    where scores.ranked_by = 'score'

)

select * from final
