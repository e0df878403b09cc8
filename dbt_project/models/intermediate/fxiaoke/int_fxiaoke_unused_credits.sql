-- Grain: one row per payment or return of which something is left after all claims it settles
{{ config(materialized='view') }}

with

payments as (

    select * from {{ ref('stg_fxiaoke__payments') }}

),

allocations as (

    select * from {{ ref('int_fxiaoke_allocations') }}

),

credit_notes as (

    select * from {{ ref('int_fxiaoke_credit_notes') }}

),

used as (

    select
        receipt_id,
        sum(applied_amount) as amount
    from allocations
    where document_id is not null
    group by receipt_id

),

final as (

    select
        payments.source_customer_id,
        payments.currency,
        payments.receipt_date as settled_date,
        payments.receipt_id as settlement_id,
        cast(payments.amount - coalesce(used.amount, 0) as decimal(18, 2)) as amount
    from payments
    left join used
        on payments.receipt_id = used.receipt_id
    where payments.amount > coalesce(used.amount, 0)
    union all
    select
        source_customer_id,
        currency,
        issue_date as settled_date,
        document_id as settlement_id,
        amount
    from credit_notes
    where original_document_id is null

)

select * from final
