-- Fails if the marts' sums of overdue balances or open receivables are not those of the documents, purchases
-- not their invoices and the orders that wait for one, null-safe, or a staged customer is in no mart.
with context as (
    select as_of_date from {{ ref('stg_run__context') }}
),

documents as (
    select
        sum(case when balances.dpd > 0 then balances.balance_base else 0 end) as overdue_balance,
        sum(case when balances.balance_base > 0 then balances.balance_base else 0 end) as open_receivables,
        sum(case when balances.document_type = 'invoice' then 1 else 0 end) as purchases
    from {{ ref('int_document_balances') }} as balances
    cross join context
    where balances.issue_date <= context.as_of_date
),

parameters as (
    select max(value) as order_invoice_days
    from {{ ref('stg_rules__model_parameters') }}
    where parameter = 'order_invoice_days'
),

waiting_orders as (
    select sum(order_days.orders) as orders
    from {{ ref('int_order_days') }} as order_days
    cross join context
    cross join parameters
    where
        order_days.order_date <= context.as_of_date
        and (
            order_days.followed_date is null
            or order_days.followed_date > context.as_of_date
            or {{ days_between('order_days.order_date', 'order_days.followed_date') }}
            > parameters.order_invoice_days
        )
),

risks as (
    select
        sum(overdue_balance) as overdue_balance,
        sum(open_receivables) as open_receivables,
        sum(purchases) as purchases
    from {{ ref('fct_customer_risk') }}
),

identities as (
    select distinct customer_key from {{ ref('int_customer_identities') }}
),

violations as (
    select 'sums' as subject
    from documents
    cross join waiting_orders
    cross join risks
    where
        coalesce(documents.overdue_balance, 0) != coalesce(risks.overdue_balance, 0)
        or coalesce(documents.open_receivables, 0) != coalesce(risks.open_receivables, 0)
        or coalesce(documents.purchases, 0) + coalesce(waiting_orders.orders, 0)
        != coalesce(risks.purchases, 0)
    union all
    select 'customer' as subject
    from identities
    left join {{ ref('fct_customer_risk') }} as fct_customer_risk
        on identities.customer_key = fct_customer_risk.customer_key
    where fct_customer_risk.customer_key is null
)

select * from violations
