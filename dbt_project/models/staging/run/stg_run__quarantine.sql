-- Grain: one row per quarantined line
with

source as (

    select * from {{ raw('run', 'quarantine') }}

),

final as (

    select
        source as source_system,
        entity,
        file as record_file,
        line as record_line,
        column_name,
        rule,
        reason_code
    from source

)

select * from final
