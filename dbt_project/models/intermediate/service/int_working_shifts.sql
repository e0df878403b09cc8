-- Grain: one row per calendar, weekday and shift, in seconds of the local day
with

working_hours as (

    select * from {{ ref('stg_rules__working_hours') }}

),

final as (

    select
        calendar,
        weekday,
        shift,
        try_cast(substr(opens_at, 1, 2) as int) * 3600 + try_cast(substr(opens_at, 4, 2) as int) * 60
            as opens_second,
        try_cast(substr(closes_at, 1, 2) as int) * 3600 + try_cast(substr(closes_at, 4, 2) as int) * 60
            as closes_second
    from working_hours

)

select * from final
