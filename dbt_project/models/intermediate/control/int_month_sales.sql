-- Grain: one row per month of issue or write-off: what was sold on credit, and given up, in base currency
-- Sales are net of credit notes. The cohort's loss is what was given up until as_of of the month's invoices.
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

write_offs as (

    select * from {{ ref('int_document_write_offs') }}

),

movements as (

    select
        issue_date as movement_date,
        sum(amount_base) as invoiced,
        0 as credited,
        0 as month_written_off,
        0 as cohort_written_off
    from invoices
    group by issue_date
    union all
    select
        issue_date as movement_date,
        0 as invoiced,
        amount_base as credited,
        0 as month_written_off,
        0 as cohort_written_off
    from credit_notes
    union all
    select
        write_off_date as movement_date,
        0 as invoiced,
        0 as credited,
        amount_base as month_written_off,
        0 as cohort_written_off
    from write_offs
    union all
    select
        invoices.issue_date as movement_date,
        0 as invoiced,
        0 as credited,
        0 as month_written_off,
        write_offs.amount_base as cohort_written_off
    from write_offs
    inner join invoices
        on write_offs.applied_document_id = invoices.document_id
    cross join context
    where write_offs.write_off_date <= context.as_of_date

),

final as (

    select
        cast(date_trunc('month', movements.movement_date) as date) as month_start,
        cast(sum(movements.invoiced) as decimal(18, 2)) as invoiced,
        cast(sum(movements.invoiced) - sum(movements.credited) as decimal(18, 2)) as credit_sales,
        cast(sum(movements.month_written_off) as decimal(18, 2)) as month_written_off,
        cast(sum(movements.cohort_written_off) as decimal(18, 2)) as cohort_written_off
    from movements
    cross join context
    where movements.movement_date <= context.as_of_date
    group by cast(date_trunc('month', movements.movement_date) as date)

)

select * from final
