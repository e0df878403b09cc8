-- Grain: one row per validation date, outcome, dimension and segment whose window is over: how well the
-- score of that date told who would go bad, beside the naive rules. Too few of a kind: counts, and no
-- figure.
with context as (
    select * from {{ ref('stg_run__context') }}
),

outcomes as (
    select * from {{ ref('stg_rules__outcomes') }}
),

parameters as (
    select
        max(case when parameter = 'interval_z' then value end) as z,
        max(case when parameter = 'validation_min_events' then value end) as min_events
    from {{ ref('stg_rules__model_parameters') }}
),

compared as (
    select
        comparisons.*,
        parameters.z,
        least(comparisons.bads, comparisons.goods) >= parameters.min_events as is_sufficient,
        {{ auc_half_width('comparisons.auc_error', 'comparisons.bads', 'comparisons.goods', 'parameters.z') }}
            as half_width
    from {{ ref('int_score_comparisons') }} as comparisons
    cross join parameters
),

final as (
    select
        {{ md5_key([
            'context.as_of_date', 'compared.validation_date', 'compared.outcome_id', 'compared.dimension',
            'compared.segment_type', 'compared.segment_name'
        ]) }} as score_validation_key,
        context.as_of_date,
        compared.validation_date,
        compared.outcome_id,
        compared.dimension,
        compared.segment_type,
        compared.segment_name,
        outcomes.window_days,
        {{ add_days('compared.validation_date', 'outcomes.window_days') }} as window_end,
        cast(compared.bads + compared.goods as int) as customers,
        cast(compared.bads as int) as bads,
        {{ share_of('compared.bads', 'compared.bads + compared.goods') }} as bad_rate,
        case when compared.is_sufficient then 'measured' else 'insufficient' end as validation_status,
        {{ claimed('auc') }} as auc,
        {{ claimed('greatest(auc - half_width, 0)') }} as auc_low,
        {{ claimed('least(auc + half_width, 1)') }} as auc_high,
        {{ claimed('2 * auc - 1') }} as gini,
        {{ claimed('2 * greatest(auc - half_width, 0) - 1') }} as gini_low,
        {{ claimed('2 * least(auc + half_width, 1) - 1') }} as gini_high,
        {{ claimed('ks') }} as ks,
        {{ claimed('greatest(ks - z * ks_error, 0)') }} as ks_low,
        {{ claimed('least(ks + z * ks_error, 1)') }} as ks_high,
        {{ claimed('capture_10') }} as capture_10,
        {{ claimed('capture_20') }} as capture_20,
        {{ claimed('brier') }} as brier,
        {{ claimed('brier_reference') }} as brier_reference,
        {% for rule in naive_rules() %}
        {{ claimed(rule ~ '_auc') }} as {{ rule }}_auc,
        {% endfor %}
        {{ claimed('auc - best_naive_auc') }} as auc_gain,
        context.rules_version,
        context.run_id
    from compared
    cross join context
    inner join outcomes on compared.outcome_id = outcomes.outcome_id
)

select * from final
