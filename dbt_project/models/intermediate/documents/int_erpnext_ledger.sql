-- Grain: one row: whether the payment ledger of ERPNext is landed
-- It is preferred to payments and their references as a whole: a mixture would count some twice.
{{ config(materialized='view') }}

with

entries as (

    select * from {{ ref('stg_erpnext__payment_ledger_entries') }}

),

final as (

    select count(*) > 0 as is_landed
    from entries

)

select * from final
