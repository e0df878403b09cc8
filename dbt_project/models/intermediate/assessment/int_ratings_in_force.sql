-- Grain: one row per customer and rating type with a rating in force at as_of: the newest
-- A rating without an end holds for the days that the rules give its type.
with

context as (

    select * from {{ ref('stg_run__context') }}

),

ratings as (

    select * from {{ ref('int_external_ratings') }}

),

credit_evidence as (

    select * from {{ ref('stg_rules__credit_evidence') }}
    where entity = 'external_ratings'

),

ranked as (

    select
        ratings.rating_id,
        ratings.customer_key,
        ratings.rating_type,
        ratings.provider,
        ratings.rating_value,
        ratings.rated_date,
        credit_evidence.factor_id,
        credit_evidence.offset_value,
        credit_evidence.multiplier,
        row_number() over (
            partition by ratings.customer_key, ratings.rating_type
            order by ratings.rated_date desc, ratings.rating_id desc
        ) as newest_rank
    from ratings
    cross join context
    inner join credit_evidence
        on ratings.rating_type = credit_evidence.evidence_type
    where
        ratings.customer_key is not null
        and ratings.rated_date <= context.as_of_date
        and (ratings.valid_to is null or ratings.valid_to > context.as_of_date)
        and (
            ratings.valid_to is not null
            or credit_evidence.valid_days is null
            or {{ days_between('ratings.rated_date', 'context.as_of_date') }} < credit_evidence.valid_days
        )

),

final as (

    select
        rating_id,
        customer_key,
        rating_type,
        provider,
        rating_value,
        rated_date,
        factor_id,
        greatest((cast(rating_value as double) + offset_value) * multiplier, 0) as raw_value
    from ranked
    where newest_rank = 1

)

select * from final
