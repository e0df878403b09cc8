-- Fails if a day that a metric is dated by is not in the table of dates, the time spine of the metrics.
with dated as (
    select as_of_date as dated_on from {{ ref('fct_customer_risk') }}
    union distinct
    select month_end as dated_on from {{ ref('mart_credit_control') }}
    union distinct
    select opened_date as dated_on from {{ ref('mart_complaints') }}
    union distinct
    select period_start as dated_on from {{ ref('mart_satisfaction') }}
),

violations as (
    select dated.dated_on
    from dated
    left join {{ ref('dim_dates') }} as dates
        on dated.dated_on = dates.calendar_date
    where dates.calendar_date is null
)

select * from violations
