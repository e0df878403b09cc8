-- Grain: one row per validation date, outcome, dimension and band of the score whose window is over: how
-- many went bad, with Wilson's interval, and how many were to be expected from the windows that were over
-- by that date.
with context as (
    select * from {{ ref('stg_run__context') }}
),

parameters as (
    select
        max(case when parameter = 'interval_z' then value end) as z,
        max(case when parameter = 'validation_min_events' then value end) as min_events
    from {{ ref('stg_rules__model_parameters') }}
),

bands as (
    select
        bands.*,
        parameters.min_events,
        {{ wilson_bound('bands.bads', 'bands.customers', 'parameters.z', '-') }} as rate_low,
        {{ wilson_bound('bands.bads', 'bands.customers', 'parameters.z', '+') }} as rate_high
    from {{ ref('int_score_bands') }} as bands
    cross join parameters
),

final as (
    select
        {{ md5_key([
            'context.as_of_date', 'bands.validation_date', 'bands.outcome_id', 'bands.dimension',
            'bands.score_band'
        ]) }} as score_calibration_key,
        context.as_of_date,
        bands.validation_date,
        bands.outcome_id,
        bands.dimension,
        bands.score_band,
        cast(bands.band_rank as int) as band_rank,
        bands.window_end,
        cast(bands.customers as int) as customers,
        cast(bands.bads as int) as bads,
        {{ share_of('bands.bads', 'bands.customers') }} as bad_rate,
        bands.rate_low,
        bands.rate_high,
        cast(coalesce(bands.expected_from, 0) as int) as expected_from,
        cast(round(bands.expected_rate, 6) as double) as expected_rate,
        case
            when bands.expected_from >= bands.min_events
                then round(bands.expected_rate, 6) between bands.rate_low and bands.rate_high
        end as is_as_expected,
        context.rules_version,
        context.run_id
    from bands
    cross join context
)

select * from final
