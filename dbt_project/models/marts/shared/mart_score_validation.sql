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

rankings as (
    select
        rankings.*,
        parameters.z,
        least(rankings.bads, rankings.goods) >= parameters.min_events as is_sufficient
    from {{ ref('int_score_rankings') }} as rankings
    cross join parameters
    where rankings.segment_type != 'pooled'
),

scores as (
    select
        *,
        {{ auc_half_width('auc_error', 'bads', 'goods', 'z') }} as half_width
    from rankings
    where ranked_by = 'score'
),

naive as (
    select
        validation_date,
        outcome_id,
        dimension,
        segment_type,
        segment_name,
        {% for rule in naive_rules() %}
        max(case when ranked_by = '{{ rule }}' then auc end) as {{ rule }}_auc,
        {% endfor %}
        max(auc) as best_naive_auc
    from rankings
    where ranked_by != 'score'
    group by validation_date, outcome_id, dimension, segment_type, segment_name
),

errors as (
    select
        *,
        'all' as segment_type
    from {{ ref('int_score_errors') }}
),

joined as (
    select
        scores.*,
        {% for rule in naive_rules() %}
        naive.{{ rule }}_auc,
        {% endfor %}
        naive.best_naive_auc,
        errors.brier,
        errors.brier_reference
    from scores
    inner join naive
        on
            scores.validation_date = naive.validation_date
            and scores.outcome_id = naive.outcome_id
            and scores.dimension = naive.dimension
            and scores.segment_type = naive.segment_type
            and scores.segment_name = naive.segment_name
    left join errors
        on
            scores.validation_date = errors.validation_date
            and scores.outcome_id = errors.outcome_id
            and scores.dimension = errors.dimension
            and scores.segment_type = errors.segment_type
),

final as (
    select
        {{ md5_key([
            'context.as_of_date', 'joined.validation_date', 'joined.outcome_id', 'joined.dimension',
            'joined.segment_type', 'joined.segment_name'
        ]) }} as score_validation_key,
        context.as_of_date,
        joined.validation_date,
        joined.outcome_id,
        joined.dimension,
        joined.segment_type,
        joined.segment_name,
        outcomes.window_days,
        {{ add_days('joined.validation_date', 'outcomes.window_days') }} as window_end,
        cast(joined.bads + joined.goods as int) as customers,
        cast(joined.bads as int) as bads,
        {{ share_of('joined.bads', 'joined.bads + joined.goods') }} as bad_rate,
        case when joined.is_sufficient then 'measured' else 'insufficient' end as validation_status,
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
    from joined
    cross join context
    inner join outcomes on joined.outcome_id = outcomes.outcome_id
)

select * from final
