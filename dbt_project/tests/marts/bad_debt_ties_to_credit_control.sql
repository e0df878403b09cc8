-- Fails if the newest figures of a month's invoices are not those of credit control.
with newest as (
    select *
    from {{ ref('mart_bad_debt') }}
    where month_end = as_of_date or not is_complete
),

control as (
    select
        cast(date_trunc('month', month_end) as date) as cohort_month,
        invoiced,
        cohort_written_off
    from {{ ref('mart_credit_control') }}
),

violations as (
    select newest.cohort_month
    from newest
    inner join control on newest.cohort_month = control.cohort_month
    where
        newest.originated_base != control.invoiced
        or newest.written_off_base != control.cohort_written_off
)

select * from violations
