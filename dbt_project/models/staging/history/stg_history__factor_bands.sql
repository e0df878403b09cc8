-- Grain: one row per customer, factor and earlier as_of date
with

source as (

    select * from {{ raw('history', 'fct_customer_risk_factors') }}

),

final as (

    select
        as_of_date,
        customer_key,
        factor_id,
        band,
        points
    from source

)

select * from final
