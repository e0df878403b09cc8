-- Grain: one row per outcome, dimension and whole score that customers had: of those who went bad and of
-- those who did not, the share at or above it. All windows that do not overlap together; no row where too few
-- are of a kind.
with context as (
    select * from {{ ref('stg_run__context') }}
),

parameters as (
    select max(case when parameter = 'validation_min_events' then value end) as min_events
    from {{ ref('stg_rules__model_parameters') }}
),

counted as (
    select
        outcome_id,
        dimension,
        cast(floor(ranking_value) as int) as score_from,
        cast(sum(bads) as bigint) as bads,
        cast(sum(goods) as bigint) as goods
    from {{ ref('int_score_cells') }}
    where ranked_by = 'score' and segment_type = 'pooled'
    group by outcome_id, dimension, cast(floor(ranking_value) as int)
),

summed as (
    select
        *,
        sum(bads) over whole as all_bads,
        sum(goods) over whole as all_goods,
        sum(bads) over above as bads_above,
        sum(goods) over above as goods_above
    from counted
    window
        whole as (partition by outcome_id, dimension),
        above as (
            partition by outcome_id, dimension
            order by score_from desc
            rows between unbounded preceding and current row
        )
),

final as (
    select
        {{ md5_key([
            'context.as_of_date', 'summed.outcome_id', 'summed.dimension', 'summed.score_from'
        ]) }} as score_roc_key,
        context.as_of_date,
        summed.outcome_id,
        summed.dimension,
        summed.score_from,
        cast(summed.all_bads as int) as bads,
        cast(summed.all_goods as int) as goods,
        {{ share_of('summed.bads_above', 'summed.all_bads') }} as true_positive_rate,
        {{ share_of('summed.goods_above', 'summed.all_goods') }} as false_positive_rate,
        context.rules_version,
        context.run_id
    from summed
    cross join context
    cross join parameters
    where least(summed.all_bads, summed.all_goods) >= parameters.min_events
)

select * from final
