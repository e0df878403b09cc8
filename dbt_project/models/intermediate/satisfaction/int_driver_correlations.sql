-- Grain: one row per pair of variables rated in the same surveys: their correlation, null where one never
-- varies
with

ratings as (

    select * from {{ ref('int_driver_ratings') }}

),

final as (

    select
        ratings.variable,
        others.variable as other_variable,
        count(*) as pairs,
        round({{ exact_avg('ratings.rating_mean') }}, 6) as mean_rating,
        round(stddev_pop(ratings.rating_mean), 9) as deviation,
        round(stddev_pop(others.rating_mean), 9) as other_deviation,
        case
            when
                round(stddev_pop(ratings.rating_mean), 9) > 0 and round(stddev_pop(others.rating_mean), 9) > 0
                then round(corr(ratings.rating_mean, others.rating_mean), 9)
        end as correlation
    from ratings
    inner join ratings as others
        on ratings.survey_id = others.survey_id
    group by ratings.variable, others.variable

)

select * from final
