-- Grain: one row per contract concluded up to as_of: what it lacks, what of it is fulfilled and how late,
-- when it ends
with context as (
    select * from {{ ref('stg_run__context') }}
),

states as (
    select * from {{ ref('int_contract_states') }}
),

customers as (
    select
        customer_key,
        customer_id
    from {{ ref('int_customers') }}
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

scores as (
    select * from {{ ref('int_contract_scores') }}
),

final as (
    select
        {{ md5_key(['context.as_of_date', 'states.contract_id']) }} as contract_risk_key,
        context.as_of_date,
        states.contract_id,
        states.contract_number,
        states.customer_key,
        customers.customer_id,
        states.contract_type,
        states.contract_state,
        states.concluded_date,
        states.start_date,
        states.end_date,
        states.terminated_date,
        cast(states.days_to_end as int) as days_to_end,
        states.is_auto_renewed,
        states.notice_date,
        cast(states.days_to_notice as int) as days_to_notice,
        states.currency,
        cast(states.amount as decimal(18, 2)) as amount,
        cast(states.amount_base as decimal(18, 2)) as amount_base,
        completeness.required_clauses,
        completeness.present_clauses,
        completeness.missing_clauses,
        completeness.unknown_clauses,
        completeness.missing_clause_list,
        completeness.clause_completeness,
        {% for number in [
            'milestones', 'milestones_due', 'milestones_fulfilled', 'company_due', 'company_late', 'company_overdue',
            'customer_due', 'customer_late', 'customer_overdue', 'company_breaches', 'customer_breaches'
        ] %}
        cast(coalesce(fulfilment.{{ number }}, 0) as int) as {{ number }},
        {% endfor %}
        {{ share_of('fulfilment.milestones_fulfilled', 'fulfilment.milestones_due') }} as fulfilment_rate,
        fulfilment.value_due,
        fulfilment.value_fulfilled,
        {{ share_of('fulfilment.value_fulfilled', 'fulfilment.value_due') }} as fulfilment_rate_value,
        {{ share_of('fulfilment.company_late_days', 'fulfilment.company_due') }} as company_delay_days,
        fulfilment.company_max_late_days,
        {{ share_of('fulfilment.customer_late_days', 'fulfilment.customer_due') }} as customer_delay_days,
        fulfilment.customer_max_late_days,
        fulfilment.next_planned_date,
        cast(coalesce(orders.orders_due, 0) as int) as orders_due,
        cast(coalesce(orders.orders_late, 0) as int) as orders_late,
        {{ share_of('orders.orders_late_days', 'orders.orders_due') }} as order_delay_days,
        states.breach_date,
        case
            when states.breach_date is not null or fulfilment.customer_breaches > 0
                then case when fulfilment.company_breaches > 0 then 'both' else 'customer' end
            when fulfilment.company_breaches > 0 then 'company'
            else 'none'
        end as breach_party,
        cast(scores.contract_risk_score as double) as contract_risk_score,
        scores.reason_1_code,
        scores.reason_1_en,
        scores.reason_1_zh,
        context.rules_version,
        context.run_id
    from states
    cross join context
    inner join completeness on states.contract_id = completeness.contract_id
    left join customers on states.customer_key = customers.customer_key
    left join fulfilment on states.contract_id = fulfilment.contract_id
    left join orders on states.contract_id = orders.contract_id
    left join scores on states.contract_id = scores.contract_id
)

select * from final
