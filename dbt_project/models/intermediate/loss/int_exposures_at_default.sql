-- Grain: one row per customer with a part of an exposure: what it will owe when it defaults, in base currency
with

parts as (

    select * from {{ ref('int_exposure_parts') }}

),

conversions as (

    select * from {{ ref('int_exposure_conversions') }}

),

final as (

    select
        parts.customer_key,
        cast(
            round(greatest(sum(parts.exposure_contribution * conversions.conversion_factor), 0), 2)
            as decimal(18, 2)
        ) as exposure_at_default_base,
        case
            when max(case when conversions.ead_source = 'observed' then 1 else 0 end) = 1 then 'observed'
            else 'rule'
        end as ead_source
    from parts
    inner join conversions on parts.part = conversions.part
    group by parts.customer_key

)

select * from final
