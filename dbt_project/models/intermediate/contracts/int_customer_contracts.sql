-- Grain: one row per customer with a rated contract, or an order promised within the lookback
-- Delays add up over milestones and orders, with or without a contract; one running contract keeps the
-- customer.
with

signals as (

    select
        *,
        coalesce(
            nullif(greatest(cast(amount_base as double), 0), 0),
            cast(avg(nullif(greatest(amount_base, 0), 0)) over (partition by customer_key) as double),
            1
        ) as value_weight
    from {{ ref('int_contract_signals') }}
    where customer_key is not null

),

loose_orders as (

    select * from {{ ref('int_loose_orders') }}

),

contracted as (

    select
        customer_key,
        count(*) as rated_contracts,
        sum(case when is_in_force then 1 else 0 end) as contracts_in_force,
        sum(case when is_in_force then amount_base end) as value_in_force,
        {{ exact_sum('clause_gap * value_weight') }}
        / nullif({{ exact_sum('case when clause_gap is not null then value_weight end') }}, 0)
            as clause_gap,
        sum(customer_breaches) as customer_breaches,
        sum(customer_due) as customer_due,
        sum(customer_late_days) as customer_late_days,
        sum(company_due) as company_due,
        sum(company_late_days) as company_late_days,
        sum(recent_due) as recent_due,
        sum(recent_fulfilled) as recent_fulfilled,
        min(expiry_pressure) as expiry_pressure
    from signals
    group by customer_key

),

combined as (

    select
        coalesce(contracted.customer_key, loose_orders.customer_key) as customer_key,
        contracted.rated_contracts,
        contracted.contracts_in_force,
        contracted.value_in_force,
        contracted.clause_gap,
        contracted.customer_breaches,
        contracted.customer_due,
        contracted.customer_late_days,
        contracted.recent_due,
        contracted.recent_fulfilled,
        contracted.expiry_pressure,
        coalesce(contracted.company_due, 0) + coalesce(loose_orders.company_due, 0) as all_company_due,
        coalesce(contracted.company_late_days, 0) + coalesce(loose_orders.company_late_days, 0)
            as all_company_late_days
    from contracted
    full outer join loose_orders
        on contracted.customer_key = loose_orders.customer_key

),

final as (

    select
        customer_key,
        cast(coalesce(rated_contracts, 0) as int) as rated_contracts,
        cast(coalesce(contracts_in_force, 0) as int) as contracts_in_force,
        cast(value_in_force as decimal(18, 2)) as value_in_force,
        cast(coalesce(customer_due, 0) as int) as customer_due,
        cast(all_company_due as int) as company_due,
        cast(coalesce(recent_due, 0) as int) as recent_due,
        round(clause_gap, 6) as clause_gap,
        customer_breaches,
        round(cast(customer_late_days as double) / nullif(customer_due, 0), 6) as customer_delay,
        round(cast(all_company_late_days as double) / nullif(all_company_due, 0), 6) as company_delay,
        round(1 - cast(recent_fulfilled as double) / nullif(recent_due, 0), 6) as unfulfilled_share,
        expiry_pressure
    from combined

)

select * from final
