-- Grain: one row per receipt, credit note or write-off that settles a part of an invoice
-- Days are counted per movement: a part settled late is late with that part only. A credit was never owed.
{{ config(materialized='view') }}

with

allocations as (

    select * from {{ ref('int_receipt_allocations') }}

),

credit_notes as (

    select * from {{ ref('int_credit_notes') }}

),

write_offs as (

    select * from {{ ref('int_document_write_offs') }}

),

invoices as (

    select * from {{ ref('int_invoices') }}

),

settled as (

    select
        document_id,
        applied_date as movement_date,
        settled_amount,
        {{ days_between('due_date', 'applied_date') }} as days_late
    from allocations
    where document_id is not null
    union all
    select
        applied_document_id as document_id,
        applied_date as movement_date,
        settled_amount,
        0 as days_late
    from credit_notes
    where applied_document_id is not null
    union all
    select
        write_offs.applied_document_id as document_id,
        write_offs.applied_date as movement_date,
        write_offs.settled_amount,
        -- never paid is late, even when it was given up before it fell due
        greatest({{ days_between('invoices.due_date', 'write_offs.applied_date') }}, 1) as days_late
    from write_offs
    inner join invoices
        on write_offs.applied_document_id = invoices.document_id

),

final as (

    select
        document_id,
        movement_date,
        settled_amount,
        case when days_late > 0 then settled_amount * days_late else 0 end as late_amount_days,
        case when days_late < 0 then settled_amount * days_late else 0 end as early_amount_days
    from settled

)

select * from final
