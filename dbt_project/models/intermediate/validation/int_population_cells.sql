-- Grain: one row per date, measure and customer: the cell its score or factor stands in, as of that date
-- Scores by steps of ten points; factors by their rule's bands, for today and its reference only.
{{ config(materialized='view') }}

with

context as (

    select as_of_date from {{ ref('stg_run__context') }}

),

stability_dates as (

    select * from {{ ref('int_stability_dates') }}

),

used_dates as (

    select validation_date from stability_dates
    union
    select reference_date as validation_date from stability_dates

),

-- read by each dimension and so kept whole by the engine: the dates that are compared, not all of history
scores as (

    select
        history.as_of_date,
        history.customer_key,
        {% for dimension in risk_dimensions() -%}
        history.{{ dimension }}_score,
        {% endfor -%}
        history.composite_score
    from {{ ref('stg_history__scores') }} as history
    inner join used_dates on history.as_of_date = used_dates.validation_date
    union all
    select
        context.as_of_date,
        composite_scores.customer_key,
        {% for dimension in risk_dimensions() -%}
        composite_scores.{{ dimension }}_score,
        {% endfor -%}
        composite_scores.composite_score
    from {{ ref('int_composite_scores') }} as composite_scores
    cross join context
    inner join used_dates on context.as_of_date = used_dates.validation_date

),

factors as (

    select
        history.as_of_date,
        history.customer_key,
        history.factor_id,
        history.band
    from {{ ref('stg_history__factor_bands') }} as history
    inner join stability_dates
        on history.as_of_date = stability_dates.reference_date
    inner join context
        on stability_dates.validation_date = context.as_of_date
    union all
    select
        context.as_of_date,
        factor_points.customer_key,
        factor_points.factor_id,
        factor_points.band
    from {{ ref('int_factor_points') }} as factor_points
    cross join context

),

final as (

    {% for dimension in risk_dimensions() + ['composite'] -%}
    select
        scores.as_of_date as validation_date,
        'score' as measure_type,
        '{{ dimension }}' as measure_name,
        scores.customer_key,
        -- least() alone would skip a missing score
        case
            when scores.{{ dimension }}_score is not null
                then cast(least(floor(scores.{{ dimension }}_score / 10), 9) as int)
        end as cell
    from scores
    union all
    {% endfor -%}
    select
        as_of_date as validation_date,
        'factor' as measure_type,
        factor_id as measure_name,
        customer_key,
        cast(band as int) as cell
    from factors

)

select * from final
