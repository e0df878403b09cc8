-- Grain: one row per source customer that any document or receipt names
with

int_issued_invoices as (

    select * from {{ ref('int_issued_invoices') }}

),

int_issued_credit_notes as (

    select * from {{ ref('int_issued_credit_notes') }}

),

int_received_receipts as (

    select * from {{ ref('int_received_receipts') }}

),

final as (

    select
        source_system,
        source_customer_id
    from int_issued_invoices
    union
    select
        source_system,
        source_customer_id
    from int_issued_credit_notes
    union
    select
        source_system,
        source_customer_id
    from int_received_receipts

)

select * from final
