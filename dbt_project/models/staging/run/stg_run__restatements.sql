-- Grain: one row per finished date, customer and measure that says something else now
with

source as (

    select * from {{ raw('run', 'restatements') }}

),

final as (

    select
        restated_date,
        customer_key,
        measure,
        old_value,
        new_value,
        old_run_id,
        new_run_id,
        reason
    from source

)

select * from final
