-- Grain: one row per customer and day with an invoice or credit note
-- Revenue is net of credit notes; only invoices are purchases.
{{ config(materialized='view') }}

with

invoices as (

    select * from {{ ref('int_invoices') }}

),

credit_notes as (

    select * from {{ ref('int_credit_notes') }}

),

documents as (

    select
        customer_key,
        issue_date,
        1 as purchases,
        amount_base as invoiced_base,
        amount_base as revenue_base
    from invoices
    union all
    select
        customer_key,
        issue_date,
        0 as purchases,
        0 as invoiced_base,
        -amount_base as revenue_base
    from credit_notes

),

final as (

    select
        customer_key,
        issue_date,
        sum(purchases) as purchases,
        sum(invoiced_base) as invoiced_base,
        sum(revenue_base) as revenue_base
    from documents
    group by customer_key, issue_date

)

select * from final
