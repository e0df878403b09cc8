-- Grain: one row per attribute rated in the trailing window: what drives overall satisfaction, and how good
-- we are at it. A quadrant is named only from enough answers.
with context as (
    select * from {{ ref('stg_run__context') }}
),

drivers as (
    select * from {{ ref('int_satisfaction_drivers') }}
),

quadrants as (
    select * from {{ ref('stg_rules__driver_quadrants') }}
),

final as (
    select
        {{ md5_key(['context.as_of_date', 'drivers.attribute']) }} as satisfaction_driver_key,
        context.as_of_date,
        drivers.attribute,
        cast(drivers.answers as int) as answers,
        cast(drivers.mean_rating as double) as mean_rating,
        cast(drivers.pairs as int) as pairs,
        cast(drivers.correlation as double) as correlation,
        cast(drivers.slope as double) as slope,
        cast(drivers.standardised_slope as double) as standardised_slope,
        cast(drivers.importance_share as double) as importance_share,
        cast(drivers.explained_variance as double) as explained_variance,
        drivers.evidence_status,
        quadrants.quadrant,
        quadrants.label_en,
        quadrants.label_zh,
        false as is_suppressed,
        context.rules_version,
        context.run_id
    from drivers
    cross join context
    left join quadrants
        on
            drivers.evidence_status = 'scored'
            and drivers.is_important = quadrants.is_important
            and drivers.performs_well = quadrants.performs_well
)

select * from final
