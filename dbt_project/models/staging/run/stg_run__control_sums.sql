-- Grain: one row per source entity, amount column and currency
with

source as (

    select * from {{ raw('run', 'control_sums') }}

),

final as (

    select
        source as source_system,
        entity,
        column_name,
        currency,
        control_sum
    from source

)

select * from final
