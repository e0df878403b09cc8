-- Grain: one row per outcome and dimension with a complete window: what may be claimed of the score. All
-- windows that do not overlap are taken together, each customer once, and the score is held against the
-- best naive rule.
with context as (
    select * from {{ ref('stg_run__context') }}
),

outcomes as (
    select * from {{ ref('stg_rules__outcomes') }}
),

pooled as (
    select
        outcome_id,
        cast(count(*) as int) as windows
    from {{ ref('int_outcome_windows') }}
    where is_pooled
    group by outcome_id
),

parameters as (
    select
        max(case when parameter = 'interval_z' then value end) as z,
        max(case when parameter = 'validation_claim_z' then value end) as claim_z,
        max(case when parameter = 'validation_leak_auc' then value end) as leak_auc,
        max(case when parameter = 'validation_min_events' then value end) as min_events
    from {{ ref('stg_rules__model_parameters') }}
),

worths as (
    select
        worths.*,
        parameters.z,
        parameters.claim_z,
        parameters.leak_auc,
        least(worths.bads, worths.goods) >= parameters.min_events as is_sufficient,
        {{ auc_half_width('worths.auc_error', 'worths.bads', 'worths.goods', '1') }} as half_width
    from {{ ref('int_score_worths') }} as worths
    cross join parameters
),

final as (
    select
        {{ md5_key(['context.as_of_date', 'worths.outcome_id', 'worths.dimension']) }} as score_worth_key,
        context.as_of_date,
        worths.outcome_id,
        worths.dimension,
        outcomes.window_days,
        pooled.windows,
        worths.validation_date as last_start_date,
        worths.customers,
        cast(worths.bads + worths.goods as int) as observations,
        cast(worths.bads as int) as bads,
        {{ share_of('worths.bads', 'worths.bads + worths.goods') }} as bad_rate,
        {{ claimed('auc') }} as auc,
        {{ claimed('greatest(auc - z * half_width, 0)') }} as auc_low,
        {{ claimed('least(auc + z * half_width, 1)') }} as auc_high,
        case when worths.is_sufficient then worths.best_naive_rule end as best_naive_rule,
        {{ claimed('best_naive_auc') }} as best_naive_auc,
        {{ claimed('auc_gain') }} as auc_gain,
        {{ claimed('auc_gain - z * gain_error') }} as auc_gain_low,
        {{ claimed('auc_gain + z * gain_error') }} as auc_gain_high,
        case
            when not worths.is_sufficient then 'insufficient'
            when round(worths.auc, 6) > worths.leak_auc then 'too_good'
            when round(worths.auc + worths.claim_z * worths.half_width, 6) < 0.5 then 'inverse'
            when round(worths.auc - worths.claim_z * worths.half_width, 6) <= 0.5 then 'no_claim'
            when round(worths.auc_gain + worths.claim_z * worths.gain_error, 6) < 0 then 'worse_than_naive'
            -- what is overdue today leads to defaults in a company without any traits too
            when
                outcomes.outcome_type in ('default', 'write_off')
                and round(worths.state_gain - worths.claim_z * worths.state_gain_error, 6) <= 0
                then 'state_only'
            when round(worths.auc_gain - worths.claim_z * worths.gain_error, 6) > 0 then 'beats_naive'
            else 'ranks'
        end as score_verdict,
        context.rules_version,
        context.run_id
    from worths
    cross join context
    inner join outcomes on worths.outcome_id = outcomes.outcome_id
    inner join pooled on worths.outcome_id = pooled.outcome_id
)

select * from final
