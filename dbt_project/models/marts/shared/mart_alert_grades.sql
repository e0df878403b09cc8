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

openings as (
    select
        alert_id,
        count(*) as openings,
        count(bad_date) as hits
    from {{ ref('int_alert_openings') }}
    group by alert_id
),

warned as (
    select
        alert_id,
        count(*) as events,
        count(opened_date) as warned_events,
        median({{ days_between('opened_date', 'bad_date') }}) as median_lead_days
    from {{ ref('int_warned_events') }}
    group by alert_id
),

base_rates as (
    select
        outcome_id,
        cast(sum(is_bad) as double) / count(*) as base_rate
    from {{ ref('int_outcome_observations') }}
    group by outcome_id
),

graded as (
    select
        alert_rules.alert_id,
        alert_rules.label_en as alert_en,
        alert_rules.label_zh as alert_zh,
        alert_rules.action_owner,
        alert_outcomes.outcome_id,
        cast(coalesce(openings.openings, 0) as int) as openings,
        cast(coalesce(openings.hits, 0) as int) as hits,
        base_rates.base_rate,
        cast(coalesce(warned.events, 0) as int) as events,
        cast(coalesce(warned.warned_events, 0) as int) as warned_events,
        warned.median_lead_days,
        parameters.z,
        parameters.min_events
    from {{ ref('stg_rules__alert_rules') }} as alert_rules
    cross join parameters
    left join
        {{ ref('stg_rules__alert_outcomes') }} as alert_outcomes
        on alert_rules.alert_id = alert_outcomes.alert_id
    left join openings on alert_rules.alert_id = openings.alert_id
    left join warned on alert_rules.alert_id = warned.alert_id
    left join base_rates on alert_outcomes.outcome_id = base_rates.outcome_id
),

measured as (
    select
        *,
        {{ wilson_bound('hits', 'openings', 'z', '-') }} as hit_low,
        {{ wilson_bound('hits', 'openings', 'z', '+') }} as hit_high
    from graded
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
