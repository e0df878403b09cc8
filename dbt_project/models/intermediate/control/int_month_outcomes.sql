-- Grain: one row per month with customers performing one outcome window before: how many defaulted since
-- Judged at month-ends: a default cured within a month is none.
with

months as (

    select * from {{ ref('int_control_months') }}

),

states as (

    select * from {{ ref('int_document_states') }}

),

defaults as (

    select * from {{ ref('int_month_defaults') }}

),

parameters as (

    select
        cast(max(case when parameter = 'default_window_months' then value end) as int) as window_months,
        max(case when parameter = 'tolerance_amount' then value end) as tolerance_amount
    from {{ ref('stg_rules__model_parameters') }}

),

numbered as (

    {{ numbers(120) }}

),

owing as (

    select
        states.customer_key,
        months.months_back
    from states
    cross join parameters
    inner join months
        on
            states.valid_from <= months.month_end
            and (states.valid_to is null or states.valid_to > months.month_end)
            and parameters.window_months <= months.months_back
    where states.balance_base > 0
    group by states.customer_key, months.months_back, parameters.tolerance_amount
    having sum(states.balance_base) > parameters.tolerance_amount

),

-- a default counts for every window that began before it and is not over yet
hits as (

    select distinct
        defaults.customer_key,
        defaults.months_back + 1 + numbered.number as months_back
    from defaults
    cross join parameters
    inner join numbered
        on parameters.window_months > numbered.number

),

final as (

    select
        owing.months_back - parameters.window_months as months_back,
        cast(count(*) as int) as performing_customers,
        cast(count(hits.customer_key) as int) as defaulted_customers
    from owing
    cross join parameters
    left join defaults
        on owing.customer_key = defaults.customer_key and owing.months_back = defaults.months_back
    left join hits
        on owing.customer_key = hits.customer_key and owing.months_back = hits.months_back
    where defaults.customer_key is null
    group by owing.months_back, parameters.window_months

)

select * from final
