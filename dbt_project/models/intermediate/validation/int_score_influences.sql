-- Grain: one row per outcome, dimension and customer of the pooled windows: its pull on each AUC
-- A customer comes back in several windows: its pulls are added up, so that it counts as one (Obuchowski).
with

observations as (

    select * from {{ ref('int_judged_observations') }}
    where is_pooled

),

ranks as (

    select * from {{ ref('int_score_ranks') }}
    where segment_type = 'pooled'

),

rankings as (

    select * from {{ ref('int_score_rankings') }}
    where segment_type = 'pooled'

),

pulls as (

    select
        observations.outcome_id,
        observations.dimension,
        observations.customer_key,
        observations.ranked_by,
        case
            when observations.is_bad = 1
                then (ranks.bad_placement - rankings.auc) / nullif(rankings.bads, 0)
            else (ranks.good_placement - rankings.auc) / nullif(rankings.goods, 0)
        end as pull
    from observations
    inner join ranks
        on
            observations.outcome_id = ranks.outcome_id
            and observations.dimension = ranks.dimension
            and observations.ranked_by = ranks.ranked_by
            and observations.ranking_value = ranks.ranking_value
    inner join rankings
        on
            observations.outcome_id = rankings.outcome_id
            and observations.dimension = rankings.dimension
            and observations.ranked_by = rankings.ranked_by

),

final as (

    select
        outcome_id,
        dimension,
        customer_key,
        {% for rule in naive_rules() -%}
        {{ fine_sum("case when ranked_by = '" ~ rule ~ "' then pull else 0 end") }} as {{ rule }}_pull,
        {% endfor -%}
        {{ fine_sum("case when ranked_by = 'score' then pull else 0 end") }} as score_pull
    from pulls
    group by outcome_id, dimension, customer_key

)

select * from final
