-- Grain: one row: what this run is
with

source as (

    select * from {{ raw('run', 'context') }}

),

final as (

    select
        as_of_date,
        known_at,
        run_id,
        rules_version,
        base_currency
    from source

)

select * from final
