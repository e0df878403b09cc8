-- Fails if the bands of a score do not hold just the customers, and those that went bad, of its ranking.
with bands as (
    select
        validation_date,
        outcome_id,
        dimension,
        sum(customers) as customers,
        sum(bads) as bads
    from {{ ref('mart_score_calibration') }}
    group by validation_date, outcome_id, dimension
),

validations as (
    select * from {{ ref('mart_score_validation') }}
    where segment_type = 'all'
),

violations as (
    select validations.score_validation_key
    from validations
    left join bands
        on
            validations.validation_date = bands.validation_date
            and validations.outcome_id = bands.outcome_id
            and validations.dimension = bands.dimension
    where
        validations.customers != coalesce(bands.customers, 0)
        or validations.bads != coalesce(bands.bads, 0)
)

select * from violations
