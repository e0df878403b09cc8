-- Grain: one row per invoice or credit note issued up to as_of, with what is left of it
-- A credit note's own balance is negative until it is used; used, the invoice it names is smaller instead.
{{ config(materialized='view') }}

with

context as (

    select * from {{ ref('stg_run__context') }}

),

invoices as (

    select * from {{ ref('int_invoices') }}

),

credit_notes as (

    select * from {{ ref('int_credit_notes') }}

),

settlements as (

    select * from {{ ref('int_document_settlements') }}

),

credits as (

    select
        credit_notes.applied_document_id as document_id,
        sum(credit_notes.settled_amount) as credited_amount,
        max(credit_notes.applied_date) as last_credited_date
    from credit_notes
    cross join context
    where credit_notes.applied_date <= context.as_of_date
    group by credit_notes.applied_document_id

),

netted as (

    select
        invoices.document_id,
        invoices.customer_key,
        'invoice' as document_type,
        invoices.document_number,
        invoices.currency,
        invoices.exchange_rate,
        invoices.issue_date,
        invoices.due_date,
        invoices.amount,
        invoices.amount_base,
        invoices.amount
        - coalesce(settlements.settled_amount, 0)
        - coalesce(credits.credited_amount, 0) as balance,
        coalesce(settlements.late_amount_days, 0) as late_amount_days,
        coalesce(settlements.early_amount_days, 0) as early_amount_days,
        greatest(
            coalesce(settlements.last_applied_date, credits.last_credited_date),
            coalesce(credits.last_credited_date, settlements.last_applied_date)
        ) as last_applied_date
    from invoices
    left join settlements
        on invoices.document_id = settlements.document_id
    left join credits
        on invoices.document_id = credits.document_id
    union all
    select
        credit_notes.document_id,
        credit_notes.customer_key,
        'credit_note' as document_type,
        credit_notes.document_number,
        credit_notes.currency,
        credit_notes.exchange_rate,
        credit_notes.issue_date,
        credit_notes.issue_date as due_date,
        -credit_notes.amount as amount,
        -credit_notes.amount_base as amount_base,
        case
            when credit_notes.applied_date <= context.as_of_date then 0
            else -credit_notes.amount
        end as balance,
        0 as late_amount_days,
        0 as early_amount_days,
        credit_notes.applied_date as last_applied_date
    from credit_notes
    cross join context

),

final as (

    select
        netted.*,
        {{ to_base('netted.balance', 'netted.exchange_rate') }} as balance_base
    from netted
    cross join context
    where netted.issue_date <= context.as_of_date

)

select * from final
