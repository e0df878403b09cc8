-- Grain: one row per way to a probability of default that was tried, with how it did on later dates
with

source as (

    select * from {{ raw('run', 'pd_candidates') }}

),

final as (

    select
        candidate,
        is_chosen,
        reason,
        fit_from,
        fit_to,
        fit_observations,
        fit_bads,
        judged_from,
        judged_to,
        judged_observations,
        judged_bads,
        auc,
        brier
    from source

)

select * from final
