-- Grain: one row per month and fact that may be a default at its end: an old invoice, a write-off, a claim
{{ config(materialized='view') }}

with

months as (

    select * from {{ ref('int_control_months') }}

),

facts as (

    select * from {{ ref('int_default_facts') }}

),

final as (

    select
        facts.customer_key,
        months.months_back,
        facts.trigger_type,
        facts.fact_id,
        {{ days_between('facts.began_date', 'months.month_end') }} as age_days,
        facts.amount_base
    from facts
    inner join months
        on
            facts.valid_from <= months.month_end
            and (facts.valid_to is null or facts.valid_to > months.month_end)

)

select * from final
