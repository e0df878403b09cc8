-- Grain: one row per month of issue and whole months later in which something of its invoices happened:
-- issued, reaching the age of default while open, or written off
with

context as (

    select * from {{ ref('stg_run__context') }}

),

first_default as (

    select min(days) as days
    from {{ ref('stg_rules__hard_rules') }}
    where is_default and trigger_type = 'days_past_due'

),

invoices as (

    select
        invoices.document_id,
        invoices.issue_date,
        invoices.amount_base,
        {{ add_days('invoices.due_date', 'first_default.days') }} as bad_date
    from {{ ref('int_invoices') }} as invoices
    cross join first_default

),

events as (

    select
        issue_date,
        issue_date as event_date,
        amount_base as originated_base,
        0 as ever_bad_base,
        0 as written_off_base
    from invoices
    union all
    select
        invoices.issue_date,
        invoices.bad_date as event_date,
        0 as originated_base,
        states.balance_base as ever_bad_base,
        0 as written_off_base
    from invoices
    inner join {{ ref('int_document_states') }} as states
        on
            invoices.document_id = states.document_id
            and invoices.bad_date >= states.valid_from
            and (states.valid_to is null or invoices.bad_date < states.valid_to)
    where states.balance_base > 0
    union all
    select
        invoices.issue_date,
        write_offs.applied_date as event_date,
        0 as originated_base,
        0 as ever_bad_base,
        write_offs.amount_base as written_off_base
    from invoices
    inner join {{ ref('int_document_write_offs') }} as write_offs
        on invoices.document_id = write_offs.applied_document_id

),

final as (

    select
        cast(date_trunc('month', events.issue_date) as date) as cohort_month,
        cast(
            (extract(year from events.event_date) - extract(year from events.issue_date)) * 12
            + extract(month from events.event_date) - extract(month from events.issue_date) as int
        ) as months_on_book,
        cast(sum(events.originated_base) as decimal(18, 2)) as originated_base,
        cast(sum(events.ever_bad_base) as decimal(18, 2)) as ever_bad_base,
        cast(sum(events.written_off_base) as decimal(18, 2)) as written_off_base
    from events
    cross join context
    where events.event_date <= context.as_of_date
    group by cohort_month, months_on_book

)

select * from final
