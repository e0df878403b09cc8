-- Grain: one row per early warning in force: how often it was right, how much of the bad it saw coming, and
-- how long before. A warning whose openings go bad no more often than anybody else does not help.
with context as (
    select * from {{ ref('stg_run__context') }}
),

parameters as (
    select
        max(case when parameter = 'interval_z' then value end) as z,
        max(case when parameter = 'validation_min_events' then value end) as min_events
    from {{ ref('stg_rules__model_parameters') }}
),

measured as (
    select
        counts.*,
        parameters.min_events,
        {{ wilson_bound('counts.hits', 'counts.openings', 'parameters.z', '-') }} as hit_low,
        {{ wilson_bound('counts.hits', 'counts.openings', 'parameters.z', '+') }} as hit_high
    from {{ ref('int_alert_counts') }} as counts
    cross join parameters
),

final as (
    select
        {{ md5_key(['context.as_of_date', 'measured.alert_id']) }} as alert_grade_key,
        context.as_of_date,
        measured.alert_id,
        measured.alert_en,
        measured.alert_zh,
        measured.action_owner,
        measured.outcome_id,
        measured.openings,
        measured.hits,
        {{ share_of('measured.hits', 'measured.openings') }} as precision_rate,
        case when measured.openings > 0 then measured.hit_low end as precision_low,
        case when measured.openings > 0 then measured.hit_high end as precision_high,
        cast(round(measured.base_rate, 6) as double) as population_bad_rate,
        measured.events,
        measured.warned_events,
        {{ share_of('measured.warned_events', 'measured.events') }} as recall_rate,
        cast(measured.median_lead_days as double) as median_lead_days,
        case
            when measured.outcome_id is null then 'no_outcome'
            when measured.openings < measured.min_events or measured.base_rate is null then 'insufficient'
            when measured.hits = 0 then 'never_helps'
            when measured.hit_low > measured.base_rate then 'helps'
            when measured.hit_high < measured.base_rate then 'misleads'
            else 'no_better'
        end as alert_verdict,
        context.rules_version,
        context.run_id
    from measured
    cross join context
)

select * from final
