-- Fails if a customer is missing from a mart, has not exactly one row per factor in force, or a measured
-- value has no band.
with customers as (
    select customer_key from {{ ref('int_customers') }}
),

expected as (
    select count(*) as factors from {{ ref('stg_rules__risk_factors') }}
),

factors as (
    select
        customer_key,
        count(*) as factor_rows,
        count(distinct factor_id) as factors,
        sum(case when factor_value is not null and band is null then 1 else 0 end) as unbanded
    from {{ ref('fct_customer_risk_factors') }}
    group by customer_key
),

risks as (
    select customer_key from {{ ref('fct_customer_risk') }}
),

tiers as (
    select customer_key from {{ ref('mart_customer_tier') }}
),

violations as (
    select coalesce(customers.customer_key, risks.customer_key) as customer_key
    from customers
    cross join expected
    full outer join risks on customers.customer_key = risks.customer_key
    left join factors on customers.customer_key = factors.customer_key
    left join tiers on customers.customer_key = tiers.customer_key
    where
        customers.customer_key is null
        or risks.customer_key is null
        or tiers.customer_key is null
        or coalesce(factors.factor_rows, 0) != expected.factors
        or coalesce(factors.factors, 0) != expected.factors
        or factors.unbanded > 0
)

select * from violations
