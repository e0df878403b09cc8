-- Grain: one row per direction in which people overrode the model: how often they were right when it ended,
-- and how often the model would have been. Overrides still open are counted and judged by nothing.
with context as (
    select * from {{ ref('stg_run__context') }}
),

parameters as (
    select
        max(case when parameter = 'interval_z' then value end) as z,
        max(case when parameter = 'validation_min_events' then value end) as min_events
    from {{ ref('stg_rules__model_parameters') }}
),

ranks as (
    select
        risk_tier,
        rank
    from {{ ref('stg_rules__risk_tiers') }}
),

counted as (
    select
        case when new_ranks.rank > old_ranks.rank then 'raised' else 'lowered' end as override_direction,
        cast(count(*) as int) as overrides,
        cast(sum(case when overrides.override_outcome != 'open' then 1 else 0 end) as int) as ended_overrides,
        cast(sum(case when overrides.override_outcome = 'right' then 1 else 0 end) as int) as right_overrides
    from {{ ref('mart_risk_overrides') }} as overrides
    inner join ranks as old_ranks on overrides.old_tier = old_ranks.risk_tier
    inner join ranks as new_ranks on overrides.new_tier = new_ranks.risk_tier
    where new_ranks.rank != old_ranks.rank
    group by case when new_ranks.rank > old_ranks.rank then 'raised' else 'lowered' end
),

final as (
    select
        {{ md5_key(['context.as_of_date', 'counted.override_direction']) }} as override_grade_key,
        context.as_of_date,
        counted.override_direction,
        counted.overrides,
        counted.ended_overrides,
        counted.right_overrides,
        {{ share_of('counted.right_overrides', 'counted.ended_overrides') }} as override_hit_rate,
        case
            when counted.ended_overrides > 0
                then {{ wilson_bound(
                    'counted.right_overrides', 'counted.ended_overrides', 'parameters.z', '-'
                ) }}
        end as hit_rate_low,
        case
            when counted.ended_overrides > 0
                then {{ wilson_bound(
                    'counted.right_overrides', 'counted.ended_overrides', 'parameters.z', '+'
                ) }}
        end as hit_rate_high,
        -- where the override was wrong, leaving the tier to the model would have been right
        {{ share_of('counted.ended_overrides - counted.right_overrides', 'counted.ended_overrides') }}
            as model_hit_rate,
        case when counted.ended_overrides < parameters.min_events then 'insufficient' else 'measured' end
            as validation_status,
        context.rules_version,
        context.run_id
    from counted
    cross join context
    cross join parameters
)

select * from final
