-- Grain: one row per customer with money overdue: intensity of collection and what drives it
-- The highest level counts whose score and amount are both reached; without anything to be collected it is
-- on hold and has no score.
with

arrears as (

    select * from {{ ref('int_customer_arrears') }}

),

points as (

    select
        *,
        row_number() over (
            partition by customer_key
            order by contribution desc nulls last, measure_id asc nulls last
        ) as reason_rank
    from {{ ref('int_collection_points') }}

),

scores as (

    select
        customer_key,
        cast(round(sum(contribution), 2) as double) as intensity_score,
        {{ first_reasons() }}
    from points
    group by customer_key

),

levels as (

    select * from {{ ref('stg_rules__collection_levels') }}

),

ranked as (

    select
        arrears.customer_key,
        levels.intensity,
        levels.rank as intensity_rank,
        levels.label_en as intensity_en,
        levels.label_zh as intensity_zh,
        scores.intensity_score,
        {% for position in [1, 2, 3] -%}
        scores.reason_{{ position }}_code,
        scores.reason_{{ position }}_en,
        scores.reason_{{ position }}_zh,
        {% endfor -%}
        row_number() over (
            partition by arrears.customer_key order by levels.rank desc nulls last
        ) as highest_first
    from arrears
    left join scores
        on arrears.customer_key = scores.customer_key
    inner join levels
        on
            (scores.intensity_score is null and levels.score_from is null)
            or (
                scores.intensity_score >= levels.score_from
                and arrears.collectable_balance >= levels.balance_from
            )

),

final as (

    select
        customer_key,
        intensity,
        intensity_rank,
        intensity_en,
        intensity_zh,
        intensity_score,
        {% for position in [1, 2, 3] -%}
        reason_{{ position }}_code,
        reason_{{ position }}_en,
        reason_{{ position }}_zh
        {%- if not loop.last %},{% endif %}
        {% endfor -%}
    from ranked
    where highest_first = 1

)

select * from final
