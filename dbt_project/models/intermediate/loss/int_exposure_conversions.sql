-- Grain: one row per part of an exposure: the share that is owed at default, by rule or, where enough own
-- defaults are known, as they came to owe it
with

conversions as (

    select * from {{ ref('stg_rules__exposure_conversions') }}

),

parameters as (

    select max(case when parameter = 'lgd_min_defaults' then value end) as min_defaults
    from {{ ref('stg_rules__model_parameters') }}

),

observed as (

    select
        cast(count(*) as int) as defaults,
        cast(sum(converted_base) as double) / nullif(cast(sum(undelivered_base) as double), 0)
            as converted_share
    from {{ ref('int_order_conversions') }}

),

judged as (

    select
        conversions.*,
        observed.defaults,
        observed.converted_share,
        conversions.is_observable and observed.defaults >= parameters.min_defaults as is_observed
    from conversions
    cross join observed
    cross join parameters

),

final as (

    select
        part,
        defaults,
        case when is_observed then 'observed' else 'rule' end as ead_source,
        cast(
            round(case when is_observed then converted_share else conversion_factor end, 6) as decimal(9, 6)
        ) as conversion_factor
    from judged

)

select * from final
