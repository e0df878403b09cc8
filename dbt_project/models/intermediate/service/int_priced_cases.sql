-- Grain: one row per case, its disputed amount also in base currency at the rate of the day it was opened
with

cases as (

    select * from {{ ref('int_cases') }}

),

rates as (

    select * from {{ ref('int_document_rates') }}

),

final as (

    select
        cases.*,
        {{ to_base('cases.disputed_amount', 'rates.exchange_rate') }} as disputed_amount_base
    from cases
    left join rates
        on
            cases.currency = rates.currency
            and cast(cases.opened_at as date) = rates.document_date

)

select * from final
