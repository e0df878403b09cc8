-- Grain: one row: what holds for the whole run, whatever date is measured
-- Models without a date take from here what the context would tie to one date.
with

source as (

    select * from {{ raw('run', 'settings') }}

),

final as (

    select
        rules_date,
        base_currency
    from source

)

select * from final
