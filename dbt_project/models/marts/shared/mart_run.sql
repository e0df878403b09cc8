-- Grain: one row per source entity of this version; what the version is repeats on each row. Counts are of
-- rows as landed; control sums are text, one per amount column and currency, because currencies do not add
-- up.
with context as (
    select * from {{ ref('stg_run__context') }}
),

loads as (
    select
        source_system,
        entity,
        count(*) as files,
        sum(rows_in_file) as rows_in_file,
        sum(rows_loaded) as rows_loaded,
        sum(rows_quarantined) as rows_quarantined,
        sum(rows_filtered) as rows_filtered,
        max(loaded_at) as newest_loaded_at,
        max(last_date) as last_date
    from {{ ref('stg_run__source_files') }}
    group by source_system, entity
),

sums as (
    select
        source_system,
        entity,
        coalesce(column_name, '') || ' ' || coalesce(currency, '') || ' '
        || cast(cast(sum(control_sum) as decimal(38, 2)) as string) as control_sum
    from {{ ref('stg_run__control_sums') }}
    group by source_system, entity, column_name, currency
),

control_sums as (
    select
        source_system,
        entity,
        {{ sorted_list('control_sum') }} as control_sums
    from sums
    group by source_system, entity
),

final as (
    select
        {{ md5_key(['context.run_id', 'loads.source_system', 'loads.entity']) }} as run_source_key,
        context.as_of_date,
        context.known_at,
        context.run_id,
        context.rules_version,
        context.base_currency,
        loads.source_system,
        loads.entity,
        cast(loads.files as integer) as files,
        cast(loads.rows_in_file as bigint) as rows_in_file,
        cast(loads.rows_loaded as bigint) as rows_loaded,
        cast(loads.rows_quarantined as bigint) as rows_quarantined,
        cast(loads.rows_filtered as bigint) as rows_filtered,
        loads.newest_loaded_at,
        loads.last_date,
        {{ days_between('loads.last_date', 'context.as_of_date') }} as freshness_days,
        control_sums.control_sums
    from loads
    cross join context
    left join
        control_sums
        on loads.source_system = control_sums.source_system and loads.entity = control_sums.entity
)

select * from final
