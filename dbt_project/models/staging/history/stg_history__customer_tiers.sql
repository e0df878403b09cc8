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
        composite_score,
        is_default,
        exposure,
        open_balance,
        purchases_365,
        assessment_path,
        revenue_365
    from source

)

select * from final
