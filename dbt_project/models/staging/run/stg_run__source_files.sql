-- Grain: one row per file this run used
with

source as (

    select * from {{ raw('run', 'source_files') }}

),

final as (

    select
        source as source_system,
        entity,
        file as record_file,
        batch_id,
        loaded_at,
        snapshot_date,
        rows_in_file,
        rows_loaded,
        rows_quarantined,
        rows_filtered,
        last_date,
        status
    from source

)

select * from final
