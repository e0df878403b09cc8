-- Grain: one row: what was invoiced in the year before the outcome window, and what of these very invoices
-- was written off until as_of.
with context as (
    select as_of_date from {{ ref('stg_run__context') }}
),

parameters as (
    select max(case when parameter = 'outcome_days' then value end) as outcome_days
    from {{ ref('stg_rules__model_parameters') }}
),

cohort as (
    select
        invoices.document_id,
        invoices.amount_base
    from {{ ref('int_invoices') }} as invoices
    cross join context
    cross join parameters
    where
        {{ days_between('invoices.issue_date', 'context.as_of_date') }} >= parameters.outcome_days
        and {{ days_between('invoices.issue_date', 'context.as_of_date') }} < 2 * parameters.outcome_days
),

written_off as (
    select
        write_offs.applied_document_id as document_id,
        sum(write_offs.amount_base) as amount_base
    from {{ ref('int_document_write_offs') }} as write_offs
    cross join context
    where write_offs.write_off_date <= context.as_of_date
    group by write_offs.applied_document_id
),

final as (
    select
        cast(coalesce(sum(cohort.amount_base), 0) as decimal(18, 2)) as cohort_invoiced,
        cast(coalesce(sum(written_off.amount_base), 0) as decimal(18, 2)) as cohort_written_off
    from cohort
    left join written_off on cohort.document_id = written_off.document_id
)

select * from final
