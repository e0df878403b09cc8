-- Grain: one row per early warning in force: how often it opened and was right, how much of the bad it saw
-- coming and how long before, and how often it happens to anybody
with

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

final as (

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
        warned.median_lead_days
    from {{ ref('stg_rules__alert_rules') }} as alert_rules
    left join
        {{ ref('stg_rules__alert_outcomes') }} as alert_outcomes
        on alert_rules.alert_id = alert_outcomes.alert_id
    left join openings on alert_rules.alert_id = openings.alert_id
    left join warned on alert_rules.alert_id = warned.alert_id
    left join base_rates on alert_outcomes.outcome_id = base_rates.outcome_id

)

select * from final
