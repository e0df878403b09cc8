-- Grain: one row per validation date, outcome, dimension and band of the score: observed and expected
-- Expected is the rate of the same band in windows that were over by that date; of all bands where too few
-- customers stood in it.
with

banded as (

    select * from {{ ref('int_band_counts') }}

),

parameters as (

    select max(case when parameter = 'validation_min_events' then value end) as min_events
    from {{ ref('stg_rules__model_parameters') }}

),

-- against all earlier bands of the same score: its own give its rate, together they give the base rate
expected as (

    select
        banded.validation_date,
        banded.outcome_id,
        banded.dimension,
        banded.score_band,
        sum(case when earlier.score_band = banded.score_band then earlier.customers end) as band_customers,
        sum(case when earlier.score_band = banded.score_band then earlier.bads end) as band_bads,
        sum(earlier.customers) as base_customers,
        sum(earlier.bads) as base_bads
    from banded
    inner join banded as earlier
        on
            banded.outcome_id = earlier.outcome_id
            and banded.dimension = earlier.dimension
            and banded.validation_date >= earlier.window_end
    group by banded.validation_date, banded.outcome_id, banded.dimension, banded.score_band

),

final as (

    select
        banded.*,
        expected.band_customers as expected_from,
        cast(expected.base_bads as double) / nullif(expected.base_customers, 0) as base_rate,
        case
            when expected.band_customers >= parameters.min_events
                then cast(expected.band_bads as double) / nullif(expected.band_customers, 0)
            else cast(expected.base_bads as double) / nullif(expected.base_customers, 0)
        end as expected_rate
    from banded
    cross join parameters
    left join expected
        on
            banded.validation_date = expected.validation_date
            and banded.outcome_id = expected.outcome_id
            and banded.dimension = expected.dimension
            and banded.score_band = expected.score_band

)

select * from final
