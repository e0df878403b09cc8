-- Grain: one row per candidate, term of its formula and bin of the term
-- A term without bins counts as it is, one with bins by the weight of evidence of the bin.
with

source as (

    select * from {{ raw('run', 'pd_coefficients') }}

),

final as (

    select
        candidate,
        term,
        bin,
        bin_from,
        bin_to,
        is_missing,
        observations,
        bads,
        woe,
        information_value,
        log_odds_weight
    from source

)

select * from final
