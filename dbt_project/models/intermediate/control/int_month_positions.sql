-- Grain: one row per month that credit control looks at: what was owed at its end, and its sales
with

months as (

    select * from {{ ref('int_control_months') }}

),

buckets as (

    select * from {{ ref('int_month_buckets') }}

),

sales as (

    select * from {{ ref('int_month_sales') }}

),

owed as (

    select
        months_back,
        sum(balance_base) as open_balance,
        sum(case when not is_credit then balance_base else 0 end) as open_receivables,
        sum(case when is_overdue then balance_base else 0 end) as overdue_balance,
        sum(documents) as open_documents,
        sum(case when is_overdue then documents else 0 end) as overdue_documents
    from buckets
    group by months_back

),

final as (

    select
        months.months_back,
        months.month_start,
        months.month_end,
        months.is_complete,
        months.is_shown,
        {% for amount in ['open_balance', 'open_receivables', 'overdue_balance'] -%}
        cast(coalesce(owed.{{ amount }}, 0) as decimal(18, 2)) as {{ amount }},
        {% endfor -%}
        {% for number in ['open_documents', 'overdue_documents'] -%}
        cast(coalesce(owed.{{ number }}, 0) as int) as {{ number }},
        {% endfor -%}
        {% for amount in ['invoiced', 'credit_sales', 'month_written_off', 'cohort_written_off'] -%}
        cast(coalesce(sales.{{ amount }}, 0) as decimal(18, 2)) as {{ amount }},
        {% endfor -%}
        cast(coalesce(owed.open_receivables - owed.overdue_balance, 0) as decimal(18, 2)) as not_due_balance
    from months
    left join owed
        on months.months_back = owed.months_back
    left join sales
        on months.month_start = sales.month_start

)

select * from final
