-- Grain: one row per way to a probability of default that was tried: on which dates, how well, whether it is
-- used, and why. It is judged only on windows that begin after those it was fitted on are over.
with context as (
    select * from {{ ref('stg_run__context') }}
),

candidates as (
    select * from {{ ref('stg_run__pd_candidates') }}
),

terms as (
    select * from {{ ref('stg_rules__default_terms') }}
),

final as (
    select
        {{ md5_key(['context.as_of_date', 'candidates.candidate']) }} as pd_model_key,
        context.as_of_date,
        candidates.candidate,
        methods.label_en as candidate_en,
        methods.label_zh as candidate_zh,
        candidates.is_chosen,
        candidates.reason as pd_reason,
        reasons.label_en as pd_reason_en,
        reasons.label_zh as pd_reason_zh,
        candidates.fit_from,
        candidates.fit_to,
        candidates.fit_observations,
        candidates.fit_bads,
        candidates.judged_from,
        candidates.judged_to,
        candidates.judged_observations,
        candidates.judged_bads,
        candidates.auc,
        candidates.brier,
        context.rules_version,
        context.run_id
    from candidates
    cross join context
    inner join terms as methods on candidates.candidate = methods.term
    inner join terms as reasons on candidates.reason = reasons.term
)

select * from final
