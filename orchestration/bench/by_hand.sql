-- Exposure, ageing, payment behaviour and buying per customer, as one would write it by hand in DuckDB over the
-- delivered files. Constants are those of the rule tables: lookback 730 days, tolerance 0.01, materiality 100.
with
invoiced as (
    select
        invoice_id, customer_id, issue_date, due_date, amount,
        if(currency = 'CNY', 1, exchange_rate) as rate
    from invoices
    where status = 'issued' and issue_date <= getvariable('as_of')
),

rated as (
    select receipt_id, customer_id, receipt_date, amount, if(currency = 'CNY', 1, exchange_rate) as rate
    from receipts
    where receipt_date <= getvariable('as_of')
),

applied as (
    select
        a.invoice_id, r.customer_id, a.applied_date, a.amount, a.amount * r.rate as amount_base
    from receipt_allocations as a
    inner join rated as r using (receipt_id)
    where a.applied_date <= getvariable('as_of')
),

paid as (
    select
        a.invoice_id,
        sum(a.amount) as paid,
        sum(a.amount * greatest(a.applied_date - i.due_date, 0)) as late_amount_days
    from applied as a
    inner join invoiced as i using (invoice_id)
    group by a.invoice_id
),

documents as (
    select
        i.customer_id, i.issue_date, i.due_date,
        getvariable('as_of') - i.issue_date as age,
        getvariable('as_of') - i.due_date as dpd,
        i.amount - coalesce(p.paid, 0) as balance,
        round((i.amount - coalesce(p.paid, 0)) * i.rate, 2)::decimal(18, 2) as balance_base,
        round(i.amount * i.rate, 2)::decimal(18, 2) as amount_base,
        coalesce(p.late_amount_days, 0) as late_amount_days,
        i.rate
    from invoiced as i
    left join paid as p using (invoice_id)
),

judged as (
    select
        *,
        dpd >= 0 and dpd < 730 as matured,
        late_amount_days > 0 or (dpd > 0 and balance_base > 0.01) as late,
        round((late_amount_days + if(dpd > 0 and balance > 0, balance * dpd, 0)) * rate, 2)::decimal(28, 2) as late_base
    from documents
),

positions as (
    select
        customer_id,
        sum(balance_base) as open_balance,
        sum(greatest(balance_base, 0)) as open_receivables,
        sum(balance_base) filter (dpd > 0 and balance > 0) as overdue_balance,
        sum(balance_base) filter (dpd <= 0 and balance > 0) as ageing_current,
        sum(balance_base) filter (dpd between 1 and 30 and balance > 0) as ageing_1_30,
        sum(balance_base) filter (dpd between 31 and 60 and balance > 0) as ageing_31_60,
        sum(balance_base) filter (dpd between 61 and 90 and balance > 0) as ageing_61_90,
        sum(balance_base) filter (dpd between 91 and 120 and balance > 0) as ageing_91_120,
        sum(balance_base) filter (dpd > 120 and balance > 0) as ageing_over_120,
        sum(balance_base) filter (balance < 0) as ageing_credit,
        count(*) filter (matured) as matured_documents,
        count(*) filter (matured and late) as late_documents,
        sum(amount_base) filter (matured)::double as matured_amount,
        sum(late_base) filter (matured)::double as matured_amount_days,
        count(*) as purchases,
        min(age) as recency_days,
        count(*) filter (age < 365) as purchases_365,
        sum(amount_base) filter (age < 365) as revenue_365
    from judged
    group by customer_id
),

received as (
    select customer_id, sum(amount * rate) as amount_base from rated group by customer_id
),

used as (
    select customer_id, sum(amount_base) as amount_base
    from applied
    semi join invoiced using (invoice_id)
    group by customer_id
),

unapplied as (
    select customer_id, round(received.amount_base - coalesce(used.amount_base, 0), 2)::decimal(18, 2) as amount_base
    from received
    left join used using (customer_id)
)

select
    c.customer_id,
    coalesce(p.open_balance, 0)::decimal(18, 2) as open_balance,
    coalesce(p.open_receivables, 0)::decimal(18, 2) as open_receivables,
    coalesce(p.overdue_balance, 0)::decimal(18, 2) as overdue_balance,
    (coalesce(u.amount_base, 0) - coalesce(p.ageing_credit, 0))::decimal(18, 2) as unapplied_credits,
    (coalesce(p.open_receivables, 0) - coalesce(u.amount_base, 0) + coalesce(p.ageing_credit, 0))::decimal(18, 2)
        as exposure,
    coalesce(p.ageing_current, 0)::decimal(18, 2) as ageing_current,
    coalesce(p.ageing_1_30, 0)::decimal(18, 2) as ageing_1_30,
    coalesce(p.ageing_31_60, 0)::decimal(18, 2) as ageing_31_60,
    coalesce(p.ageing_61_90, 0)::decimal(18, 2) as ageing_61_90,
    coalesce(p.ageing_91_120, 0)::decimal(18, 2) as ageing_91_120,
    coalesce(p.ageing_over_120, 0)::decimal(18, 2) as ageing_over_120,
    round(coalesce(p.overdue_balance, 0)::double / nullif(p.open_receivables::double, 0), 6) as overdue_rate,
    coalesce(p.matured_documents, 0)::int as matured_documents,
    coalesce(p.late_documents, 0)::int as late_documents,
    round(p.late_documents::double / nullif(p.matured_documents, 0), 6) as late_share_count,
    round(p.matured_amount_days / nullif(p.matured_amount, 0), 6) as days_beyond_terms,
    coalesce(p.purchases, 0)::int as purchases,
    p.recency_days::int as recency_days,
    coalesce(p.purchases_365, 0)::int as purchases_365,
    coalesce(p.revenue_365, 0)::decimal(18, 2) as revenue_365
from customers as c
left join positions as p using (customer_id)
left join unapplied as u using (customer_id)
