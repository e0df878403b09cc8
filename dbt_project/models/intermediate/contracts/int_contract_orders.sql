-- Grain: one row per contract with orders promised up to as_of: how they were delivered
with

deliveries as (

    select * from {{ ref('int_order_deliveries') }}

),

final as (

    select
        contract_id,
        cast(count(*) as int) as orders_due,
        cast(sum(case when is_late then 1 else 0 end) as int) as orders_late,
        cast(sum(days_late) as int) as orders_late_days,
        cast(sum(case when is_recent then 1 else 0 end) as int) as recent_orders_due,
        cast(sum(case when is_recent then days_late else 0 end) as int) as recent_orders_late_days
    from deliveries
    where contract_id is not null
    group by contract_id

)

select * from final
