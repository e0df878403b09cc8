-- Grain: one row per customer and earlier as_of date
with

source as (

    select * from {{ raw('history', 'fct_customer_risk') }}

),

final as (

    select
        as_of_date,
        customer_key,
        model_risk_tier,
        value_tier,
        assessment_path,
        {% for dimension in risk_dimensions() -%}
        {{ dimension }}_score,
        {% endfor -%}
        composite_score,
        late_share_count,
        recency_days,
        purchases_365,
        oldest_dpd,
        open_receivables,
        unapplied_credits,
        unbilled_orders,
        undelivered_orders,
        ageing_current
    from source

)

select * from final
