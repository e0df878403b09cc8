-- Grain: one row per row that did not load or that a model set aside, and rule it broke: where it stands
-- in the file and why, never its values.
with context as (
    select * from {{ ref('stg_run__context') }}
),

landed as (
    select
        'landing' as stage,
        source_system,
        entity,
        record_file,
        record_line,
        column_name,
        rule,
        reason_code,
        'warning' as severity
    from {{ ref('stg_run__quarantine') }}
),

found as (
    select
        'model' as stage,
        source_system,
        entity,
        record_file,
        record_line,
        column_name,
        rule,
        reason_code,
        severity
    from {{ ref('int_row_findings') }}
),

unioned as (
    select * from landed
    union
    select * from found
),

final as (
    select
        {{ md5_key([
            'context.as_of_date', 'unioned.stage', 'unioned.source_system', 'unioned.entity', 'unioned.record_file',
            'unioned.record_line', 'unioned.column_name', 'unioned.rule', 'unioned.reason_code', 'unioned.severity'
        ]) }} as quarantine_key,
        context.as_of_date,
        unioned.stage,
        unioned.source_system,
        unioned.entity,
        unioned.record_file,
        cast(unioned.record_line as bigint) as record_line,
        unioned.column_name,
        unioned.rule,
        unioned.reason_code,
        unioned.severity,
        context.run_id
    from unioned
    cross join context
)

select * from final
