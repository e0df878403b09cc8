-- Grain: one row per as_of date, tier before and tier now; finished dates are carried. Before is the last
-- finished date of an earlier month, else the last finished date. In the portfolio is who bought within the
-- year or owes something: who came in is new, who went out left.
with context as (
    select * from {{ ref('stg_run__context') }}
),

members as (
    select * from {{ ref('int_portfolio_members') }}
),

from_dates as (
    select
        coalesce(
            max(
                case
                    when
                        members.finished_date
                        < cast({{ dbt.date_trunc('month', 'context.as_of_date') }} as date)
                        then members.finished_date
                end
            ),
            max(members.finished_date)
        ) as from_date
    from members
    cross join context
),

before as (
    select
        members.customer_key,
        members.risk_tier
    from members
    inner join from_dates on members.finished_date = from_dates.from_date
),

today as (
    select
        customer_key,
        risk_tier,
        exposure
    from {{ ref('fct_customer_risk') }}
    where purchases_365 > 0 or open_balance != 0
),

moves as (
    select
        coalesce(before.risk_tier, 'new') as from_tier,
        coalesce(today.risk_tier, 'left') as to_tier,
        cast(count(*) as int) as customers,
        cast(coalesce(sum(today.exposure), 0) as decimal(18, 2)) as exposure
    from before
    full outer join today on before.customer_key = today.customer_key
    group by coalesce(before.risk_tier, 'new'), coalesce(today.risk_tier, 'left')
),

totals as (
    select
        from_tier,
        sum(customers) as customers
    from moves
    group by from_tier
),

final as (
    select
        {{ md5_key(['context.as_of_date', 'moves.from_tier', 'moves.to_tier']) }} as migration_key,
        context.as_of_date,
        from_dates.from_date,
        moves.from_tier,
        moves.to_tier,
        moves.customers,
        round(cast(moves.customers as double) / nullif(cast(totals.customers as double), 0), 6)
            as migration_share,
        moves.exposure,
        false as is_suppressed,
        context.rules_version,
        context.run_id
    from moves
    inner join totals on moves.from_tier = totals.from_tier
    cross join context
    cross join from_dates
)

select * from final
