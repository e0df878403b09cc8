-- Grain: one row per customer with a score today and about a month ago: by how much the composite rose since
-- the latest finished date that lies at least the window's first and at most its last days back.
with context as (
    select as_of_date from {{ ref('stg_run__context') }}
),

parameters as (
    select
        max(case when parameter = 'rise_from_days' then value end) as from_days,
        max(case when parameter = 'rise_to_days' then value end) as to_days
    from {{ ref('stg_rules__model_parameters') }}
),

history as (
    select
        customer_tiers.customer_key,
        customer_tiers.as_of_date,
        customer_tiers.composite_score,
        {{ days_between('customer_tiers.as_of_date', 'context.as_of_date') }} as age_days
    from {{ ref('stg_history__customer_tiers') }} as customer_tiers
    cross join context
    where customer_tiers.as_of_date < context.as_of_date and customer_tiers.composite_score is not null
),

ranked as (
    select
        history.customer_key,
        history.composite_score,
        row_number() over (
            partition by history.customer_key order by history.as_of_date desc nulls last
        ) as newest_first
    from history
    cross join parameters
    where history.age_days between parameters.from_days and parameters.to_days
),

final as (
    select
        scores.customer_key,
        round(scores.composite_score - ranked.composite_score, 2) as score_rise
    from {{ ref('int_composite_scores') }} as scores
    inner join ranked on scores.customer_key = ranked.customer_key and ranked.newest_first = 1
    where scores.composite_score is not null
)

select * from final
