-- Grain: one row per validation date, outcome, dimension and band of the score: customers, and who went bad
with

windows as (

    select * from {{ ref('int_outcome_windows') }}

),

cells as (

    select * from {{ ref('int_score_cells') }}
    where ranked_by = 'score' and segment_type = 'all'

),

tiers as (

    select * from {{ ref('stg_rules__risk_tiers') }}
    where score_from is not null

),

final as (

    select
        cells.validation_date,
        cells.outcome_id,
        cells.dimension,
        tiers.risk_tier as score_band,
        tiers.rank as band_rank,
        windows.window_end,
        cast(sum(cells.customers) as bigint) as customers,
        cast(sum(cells.bads) as bigint) as bads
    from cells
    inner join windows
        on cells.validation_date = windows.validation_date and cells.outcome_id = windows.outcome_id
    inner join tiers
        on {{ in_score_range('cells.ranking_value', 'tiers') }}
    group by
        cells.validation_date,
        cells.outcome_id,
        cells.dimension,
        tiers.risk_tier,
        tiers.rank,
        windows.window_end

)

select * from final
