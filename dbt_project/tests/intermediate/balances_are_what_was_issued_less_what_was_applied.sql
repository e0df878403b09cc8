-- Fails if open balances are not what was issued less what was settled, credited and written off up
-- to as_of.
-- Summed straight from the tables, without the joins that built the balances.
with

movements as (

    select invoices.amount
    from {{ ref('int_invoices') }} as invoices
    cross join {{ ref('stg_run__context') }} as context
    where invoices.issue_date <= context.as_of_date
    union all
    select -allocations.settled_amount as amount
    from {{ ref('int_receipt_allocations') }} as allocations
    cross join {{ ref('stg_run__context') }} as context
    where allocations.document_id is not null and allocations.applied_date <= context.as_of_date
    union all
    select -credit_notes.amount as amount
    from {{ ref('int_credit_notes') }} as credit_notes
    cross join {{ ref('stg_run__context') }} as context
    where credit_notes.issue_date <= context.as_of_date
    union all
    -- used credit leaves the credit note and enters the invoice, in the invoice's currency
    select credit_notes.amount - credit_notes.settled_amount as amount
    from {{ ref('int_credit_notes') }} as credit_notes
    cross join {{ ref('stg_run__context') }} as context
    where credit_notes.applied_date <= context.as_of_date
    union all
    -- what is written off leaves its invoice in the invoice's currency, or stands open by itself
    select -coalesce(write_offs.settled_amount, write_offs.amount) as amount
    from {{ ref('int_document_write_offs') }} as write_offs
    cross join {{ ref('stg_run__context') }} as context
    where coalesce(write_offs.applied_date, write_offs.write_off_date) <= context.as_of_date

),

moved as (

    select coalesce(sum(amount), 0) as amount
    from movements

),

balances as (

    select coalesce(sum(balance), 0) as balance
    from {{ ref('int_document_balances') }}

)

select balances.balance
from balances
cross join moved
where balances.balance != moved.amount
