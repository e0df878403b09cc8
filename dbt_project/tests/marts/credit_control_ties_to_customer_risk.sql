-- Fails if the newest month of credit control is not what the customers of the day owe together, its balances
-- do not add up, or more customers defaulted than were performing.
with control as (
    select * from {{ ref('mart_credit_control') }}
),

risks as (
    select
        sum(open_balance) as open_balance,
        sum(open_receivables) as open_receivables,
        sum(overdue_balance) as overdue_balance
    from {{ ref('fct_customer_risk') }}
),

violations as (
    select control.month_end
    from control
    cross join risks
    where
        control.month_end = control.as_of_date
        and (
            control.open_balance != coalesce(risks.open_balance, 0)
            or control.open_receivables != coalesce(risks.open_receivables, 0)
            or control.overdue_balance != coalesce(risks.overdue_balance, 0)
        )
    union all
    select month_end
    from control
    where
        open_receivables != not_due_balance + overdue_balance
        or defaulted_customers > performing_customers
    union all
    select max(as_of_date) as month_end
    from control
    having sum(case when month_end = as_of_date then 1 else 0 end) != 1
)

select * from violations
