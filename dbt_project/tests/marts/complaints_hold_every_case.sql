-- Fails if a case opened by as_of is not in the mart, or the mart's open disputed money is not that of the
-- customers and of the cases without one.
with marts as (
    select
        count(*) as cases,
        coalesce(
            sum(case when case_status = 'open' and customer_key is not null then disputed_amount_base end), 0
        )
            as disputed
    from {{ ref('mart_complaints') }}
),

clocks as (
    select clocks.case_id
    from {{ ref('int_case_clocks') }} as clocks
    inner join {{ ref('int_calendar_cutoffs') }} as cutoffs on clocks.calendar = cutoffs.calendar
    where cutoffs.is_company and clocks.opened_second < cutoffs.cutoff_second
),

recorded as (
    select count(*) as cases from clocks
),

customers as (
    select coalesce(sum(disputed_open_base), 0) as disputed from {{ ref('int_customer_service') }}
),

violations as (
    select
        marts.cases,
        recorded.cases as recorded_cases
    from marts
    cross join recorded
    cross join customers
    where marts.cases != recorded.cases or marts.disputed != customers.disputed
)

select * from violations
