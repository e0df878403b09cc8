-- Fails if the portfolio's tiers do not add up to its customers, its money is not the customers', a row of
-- the migration does not sum to 1, or more customers are in the tiers now than in the portfolio.
with portfolio as (
    select * from {{ ref('mart_portfolio') }}
),

risks as (
    select
        count(*) as customers,
        coalesce(sum(exposure), 0) as exposure,
        coalesce(sum(overdue_balance), 0) as overdue_balance,
        sum(case when purchases_365 > 0 or open_balance != 0 then 1 else 0 end) as members
    from {{ ref('fct_customer_risk') }}
),

migration as (
    select * from {{ ref('mart_tier_migration') }}
),

moved as (
    select coalesce(sum(customers), 0) as members
    from migration
    where to_tier != 'left'
),

violations as (
    select 'portfolio' as subject
    from portfolio
    cross join risks
    where
        portfolio.customers != risks.customers
        or portfolio.exposure != risks.exposure
        or portfolio.overdue_balance != risks.overdue_balance
        or portfolio.customers != portfolio.customers_unrated + portfolio.customers_low
        + portfolio.customers_moderate + portfolio.customers_high + portfolio.customers_critical
        or portfolio.defaulted_customers > portfolio.performing_customers
    union all
    select from_tier as subject
    from migration
    group by from_tier
    having abs(sum(migration_share) - 1) > 0.00001
    union all
    select 'members' as subject
    from risks
    cross join moved
    where coalesce(risks.members, 0) != moved.members
)

select * from violations
