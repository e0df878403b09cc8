-- Grain: one row per customer, in base currency; nothing open is nil, not missing
-- The overdue rate is null while nothing is open, utilisation while there is no limit.
{% set balances = [
    'open_balance', 'open_receivables', 'overdue_balance', 'overdue_over_90', 'ageing_current', 'ageing_1_30',
    'ageing_31_60', 'ageing_61_90', 'ageing_91_120', 'ageing_over_120', 'ageing_credit',
] -%}
{% set parts = ['unapplied_credits', 'unbilled_orders', 'undelivered_orders', 'exposure'] -%}
with

customers as (

    select * from {{ ref('int_customers') }}

),

positions as (

    select * from {{ ref('int_customer_positions') }}

),

overdue as (

    select * from {{ ref('int_customer_overdue') }}

),

exposures as (

    select * from {{ ref('int_customer_exposures') }}

),

defaults as (

    select * from {{ ref('int_customer_defaults') }}

),

measured as (

    select
        customers.customer_key,
        customers.credit_limit,
        {% for balance in balances -%}
        cast(coalesce(positions.{{ balance }}, 0) as decimal(18, 2)) as {{ balance }},
        {% endfor -%}
        {% for part in parts -%}
        cast(coalesce(exposures.{{ part }}, 0) as decimal(18, 2)) as {{ part }},
        {% endfor -%}
        cast(coalesce(positions.overdue_documents, 0) as int) as overdue_documents,
        cast(coalesce(positions.open_documents, 0) as int) as open_documents,
        cast(coalesce(overdue.oldest_dpd, 0) as int) as oldest_dpd,
        defaults.default_reason is not null as is_default,
        defaults.default_reason
    from customers
    left join positions
        on customers.customer_key = positions.customer_key
    left join overdue
        on customers.customer_key = overdue.customer_key
    left join exposures
        on customers.customer_key = exposures.customer_key
    left join defaults
        on customers.customer_key = defaults.customer_key

),

final as (

    select
        *,
        round(cast(overdue_balance as double) / nullif(cast(open_receivables as double), 0), 6)
            as overdue_rate,
        round(cast(exposure as double) / nullif(cast(credit_limit as double), 0), 6) as utilisation,
        cast(credit_limit - exposure as decimal(18, 2)) as headroom
    from measured

)

select * from final
