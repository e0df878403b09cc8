-- Fails if the open balance of a currency is not what staging invoiced and credited up to as_of, less what
-- the receivable events settled, used or wrote off; or if a staged document that counts was lost on the way.
with context as (
    select as_of_date from {{ ref('stg_run__context') }}
),

staged as (
    select
        invoices.currency,
        invoices.amount,
        0 as applied
    from {{ ref('int_issued_invoices') }} as invoices
    cross join context
    where invoices.issue_date <= context.as_of_date
    union all
    select
        credit_notes.currency,
        -credit_notes.amount as amount,
        0 as applied
    from {{ ref('int_issued_credit_notes') }} as credit_notes
    cross join context
    where credit_notes.issue_date <= context.as_of_date
    union all
    select
        balances.currency,
        0 as amount,
        events.amount as applied
    from {{ ref('int_receivable_events') }} as events
    inner join {{ ref('int_document_balances') }} as balances on events.document_id = balances.document_id
    cross join context
    where
        events.event_date <= context.as_of_date
        and events.event_type not in ('invoice_issued', 'credit_note_issued')
),

expected as (
    select
        currency,
        sum(amount) + sum(applied) as balance
    from staged
    group by currency
),

ageing as (
    select
        currency,
        sum(balance) as balance
    from {{ ref('mart_ar_ageing') }}
    group by currency
),

violations as (
    select coalesce(expected.currency, ageing.currency) as currency
    from expected
    full outer join ageing on expected.currency = ageing.currency
    where coalesce(expected.balance, 0) != coalesce(ageing.balance, 0)
)

select * from violations
