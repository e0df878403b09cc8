-- Grain: one row per group of customers under one ultimate parent, in base currency. Each customer is in one
-- group, alone if it has no family: the groups add up to the portfolio and nothing counts twice.
with context as (
    select * from {{ ref('stg_run__context') }}
),

customer_groups as (
    select * from {{ ref('int_customer_groups') }}
),

customers as (
    select * from {{ ref('int_customers') }}
),

receivables as (
    select * from {{ ref('int_customer_receivables') }}
),

summed as (
    select
        customer_groups.group_key,
        cast(count(*) as int) as group_members,
        cast(sum(receivables.open_balance) as decimal(18, 2)) as open_balance,
        cast(sum(receivables.overdue_balance) as decimal(18, 2)) as overdue_balance,
        cast(sum(receivables.exposure) as decimal(18, 2)) as group_exposure,
        cast(max(receivables.exposure) as decimal(18, 2)) as largest_member_exposure,
        cast(sum(receivables.credit_limit) as decimal(18, 2)) as group_credit_limit
    from customer_groups
    inner join receivables on customer_groups.customer_key = receivables.customer_key
    group by customer_groups.group_key
),

final as (
    select
        {{ md5_key(['context.as_of_date', 'summed.group_key']) }} as group_exposure_key,
        context.as_of_date,
        summed.group_key,
        customers.customer_id as group_customer_id,
        customers.customer_name as group_name,
        summed.group_members,
        summed.open_balance,
        summed.overdue_balance,
        summed.group_exposure,
        summed.largest_member_exposure,
        summed.group_credit_limit,
        cast(summed.group_credit_limit - summed.group_exposure as decimal(18, 2)) as group_headroom,
        round(
            cast(summed.group_exposure as double) / nullif(cast(summed.group_credit_limit as double), 0), 6
        ) as group_utilisation,
        context.run_id
    from summed
    cross join context
    inner join customers on summed.group_key = customers.customer_key
)

select * from final
