-- Grain: one row per month, credit or not, and age in days past due of what is open at the month's end
-- A document meets only the month-ends on which it is open: its periods say which.
with

months as (

    select * from {{ ref('int_control_months') }}

),

states as (

    select * from {{ ref('int_document_states') }}

),

parameters as (

    select * from {{ ref('stg_rules__model_parameters') }}

),

tolerance as (

    select max(value) as amount
    from parameters
    where parameter = 'tolerance_amount'

),

open_items as (

    select
        months.months_back,
        states.balance_base,
        states.balance < 0 as is_credit,
        case when states.balance > 0 then {{ days_between('states.due_date', 'months.month_end') }} else 0 end
            as age_days
    from states
    inner join months
        on
            states.valid_from <= months.month_end
            and (states.valid_to is null or states.valid_to > months.month_end)
    where states.balance != 0

),

final as (

    select
        open_items.months_back,
        open_items.is_credit,
        open_items.age_days,
        cast(sum(open_items.balance_base) as decimal(18, 2)) as balance_base,
        cast(sum(case when open_items.balance_base > tolerance.amount then 1 else 0 end) as int) as documents
    from open_items
    cross join tolerance
    group by open_items.months_back, open_items.is_credit, open_items.age_days

)

select * from final
