-- Grain: one row per customer with orders of the lookback that belong to no rated contract: how late they
-- came
with

signals as (

    select contract_id from {{ ref('int_contract_signals') }}

),

deliveries as (

    select * from {{ ref('int_order_deliveries') }}
    where customer_key is not null and is_recent

),

final as (

    select
        deliveries.customer_key,
        cast(count(*) as int) as company_due,
        cast(sum(deliveries.days_late) as int) as company_late_days
    from deliveries
    left join signals
        on deliveries.contract_id = signals.contract_id
    where signals.contract_id is null
    group by deliveries.customer_key

)

select * from final
