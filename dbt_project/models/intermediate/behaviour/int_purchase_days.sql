-- Grain: one row per customer and day with an invoice or credit note, up to as_of
-- Revenue is net of credit notes; only invoices are purchases.
{{ config(materialized='view') }}

with

balances as (

    select * from {{ ref('int_document_balances') }}

),

final as (

    select
        customer_key,
        issue_date,
        sum(case when document_type = 'invoice' then 1 else 0 end) as purchases,
        sum(case when document_type = 'invoice' then amount_base else 0 end) as invoiced_base,
        sum(amount_base) as revenue_base
    from balances
    group by customer_key, issue_date

)

select * from final
