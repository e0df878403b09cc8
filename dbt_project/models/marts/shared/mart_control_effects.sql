-- Grain: one row per control rule and outcome: how many went bad where the recommendation was followed, and
-- where it was not. A comparison, not a causal claim: who follows advice may differ in other ways.
with context as (
    select * from {{ ref('stg_run__context') }}
),

parameters as (
    select
        max(case when parameter = 'interval_z' then value end) as z,
        max(case when parameter = 'validation_min_events' then value end) as least_customers
    from {{ ref('stg_rules__model_parameters') }}
),

rules as (
    select * from {{ ref('stg_rules__control_rules') }}
),

terms as (
    select * from {{ ref('stg_rules__default_terms') }}
    where term = 'not_causal'
),

counted as (
    select
        observances.control_type,
        observances.control_rule_id,
        observations.outcome_id,
        {% for group, condition in {'followed': 'is_followed', 'other': 'not is_followed'}.items() %}
        cast(sum(case when {{ condition }} then 1 else 0 end) as int) as {{ group }}_customers,
        cast(sum(case when {{ condition }} then observations.is_bad else 0 end) as int) as {{ group }}_bads,
        {% endfor %}
        max(observances.validation_date) as last_start_date
    from {{ ref('int_control_observances') }} as observances
    inner join {{ ref('int_outcome_observations') }} as observations
        on
            observances.validation_date = observations.validation_date
            and observances.customer_key = observations.customer_key
    inner join {{ ref('stg_rules__outcomes') }} as outcomes
        on observations.outcome_id = outcomes.outcome_id
    where outcomes.outcome_type in ('default', 'write_off') and observations.is_pooled
    group by observances.control_type, observances.control_rule_id, observations.outcome_id
),

final as (
    select
        {{ md5_key([
            'context.as_of_date', 'counted.control_type', 'counted.control_rule_id', 'counted.outcome_id'
        ]) }} as control_effect_key,
        context.as_of_date,
        counted.control_type,
        counted.control_rule_id,
        rules.label_en as control_en,
        rules.label_zh as control_zh,
        counted.outcome_id,
        counted.last_start_date,
        {% for group in ['followed', 'other'] %}
        counted.{{ group }}_customers,
        counted.{{ group }}_bads,
        {{ share_of('counted.' ~ group ~ '_bads', 'counted.' ~ group ~ '_customers') }}
            as {{ group }}_bad_rate,
        {% for end, sign in {'low': '-', 'high': '+'}.items() %}
        case
            when counted.{{ group }}_customers > 0
                then {{ wilson_bound(
                    'counted.' ~ group ~ '_bads', 'counted.' ~ group ~ '_customers', 'parameters.z', sign
                ) }}
        end as {{ group }}_bad_rate_{{ end }},
        {% endfor %}
        {% endfor %}
        case
            when least(counted.followed_customers, counted.other_customers) >= parameters.least_customers
                then 'measured'
            else 'insufficient'
        end as comparison_status,
        terms.label_en as caveat_en,
        terms.label_zh as caveat_zh,
        context.rules_version,
        context.run_id
    from counted
    cross join context
    cross join parameters
    cross join terms
    inner join rules
        on counted.control_type = rules.control_type and counted.control_rule_id = rules.control_rule_id
)

select * from final
