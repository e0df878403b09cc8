-- Grain: one row per customer and earlier as_of date
with

source as (

    select * from {{ raw('history', 'fct_customer_risk') }}

),

final as (

    select
        as_of_date,
        customer_key,
        risk_tier,
        value_tier,
        composite_score
    from source

)

select * from final
