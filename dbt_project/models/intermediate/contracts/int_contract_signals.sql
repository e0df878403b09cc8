-- Grain: one row per rated contract, measured by the contract factors
-- Rated is what is signed, in force or ended within the lookback. Only sales, framework and service contracts
-- can leave a gap when they end.
with

states as (

    select * from {{ ref('int_contract_states') }}
    where is_rated

),

completeness as (

    select * from {{ ref('int_contract_completeness') }}

),

fulfilment as (

    select * from {{ ref('int_contract_fulfilment') }}

),

orders as (

    select * from {{ ref('int_contract_orders') }}

),

measured as (

    select
        states.*,
        1 - completeness.clause_completeness as missing_share,
        coalesce(fulfilment.recent_customer_breaches, 0) as recent_customer_breaches,
        coalesce(fulfilment.recent_customer_due, 0) as customer_due,
        coalesce(fulfilment.recent_customer_late_days, 0) as customer_late_days,
        coalesce(fulfilment.recent_company_due, 0) + coalesce(orders.recent_orders_due, 0) as company_due,
        coalesce(fulfilment.recent_company_late_days, 0) + coalesce(orders.recent_orders_late_days, 0)
            as company_late_days,
        coalesce(fulfilment.recent_due, 0) as recent_due,
        coalesce(fulfilment.recent_fulfilled, 0) as recent_fulfilled
    from states
    inner join completeness
        on states.contract_id = completeness.contract_id
    left join fulfilment
        on states.contract_id = fulfilment.contract_id
    left join orders
        on states.contract_id = orders.contract_id

),

final as (

    select
        contract_id,
        customer_key,
        is_in_force,
        amount_base,
        customer_due,
        customer_late_days,
        company_due,
        company_late_days,
        recent_due,
        recent_fulfilled,
        case when is_in_force or contract_state = 'signed' then missing_share end as clause_gap,
        -- a breach that was found is one; without a finding the customer's own late milestones are
        greatest(case when has_recent_breach then 1 else 0 end, recent_customer_breaches)
            as customer_breaches,
        round(cast(customer_late_days as double) / nullif(customer_due, 0), 6) as customer_delay,
        round(cast(company_late_days as double) / nullif(company_due, 0), 6) as company_delay,
        round(1 - cast(recent_fulfilled as double) / nullif(recent_due, 0), 6) as unfulfilled_share,
        case
            when contract_type not in ('sale', 'framework', 'service') then null
            when contract_state = 'expired' then 1
            when contract_state in ('completed', 'terminated') then null
            when is_auto_renewed or end_date is null then 0
            else round(1 - least(cast(greatest(days_to_end, 0) as double) / nullif(horizon_days, 0), 1), 6)
        end as expiry_pressure
    from measured

)

select * from final
