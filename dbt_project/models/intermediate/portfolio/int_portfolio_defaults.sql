-- Grain: one row: customers that performed on the latest finished date a whole outcome window ago, and how
-- many of them were in default on any date since, today included. No rows of that age: no rate.
with context as (
    select as_of_date from {{ ref('stg_run__context') }}
),

parameters as (
    select max(case when parameter = 'outcome_days' then value end) as outcome_days
    from {{ ref('stg_rules__model_parameters') }}
),

members as (
    select * from {{ ref('int_portfolio_members') }}
),

starts as (
    select max(members.finished_date) as start_date
    from members
    cross join context
    cross join parameters
    where {{ days_between('members.finished_date', 'context.as_of_date') }} >= parameters.outcome_days
),

performing as (
    select
        members.customer_key,
        starts.start_date
    from members
    inner join starts on members.finished_date = starts.start_date
    where not members.is_default
),

defaulted as (
    select customer_tiers.customer_key
    from {{ ref('stg_history__customer_tiers') }} as customer_tiers
    cross join context
    cross join starts
    where
        customer_tiers.is_default
        and customer_tiers.as_of_date > starts.start_date
        and customer_tiers.as_of_date < context.as_of_date
    union
    select customer_key from {{ ref('int_customer_receivables') }}
    where is_default
),

final as (
    select
        max(performing.start_date) as default_window_start,
        cast(count(performing.customer_key) as int) as performing_customers,
        cast(count(defaulted.customer_key) as int) as defaulted_customers
    from performing
    left join defaulted on performing.customer_key = defaulted.customer_key
)

select * from final
