-- Grain: one row per invoice and period in which nothing settles it; valid_to is exclusive, null = still
-- Receipts meet their invoices here, once: what was open on any date is a filter on the periods.
{{ config(materialized='view') }}

with

invoices as (

    select * from {{ ref('int_invoices') }}

),

settlements as (

    select * from {{ ref('int_document_settlements') }}

),

interim_states as (

    select * from {{ ref('int_document_interim_states') }}

),

phases as (

    select true as is_first
    union all
    select false as is_first

),

outer_states as (

    select
        invoices.*,
        case when phases.is_first then invoices.issue_date else settlements.last_movement_date end
            as valid_from,
        case when phases.is_first then settlements.first_movement_date end as valid_to,
        case when phases.is_first then 0 else settlements.settled_amount end as settled_amount,
        case when phases.is_first then 0 else settlements.late_amount_days end as late_amount_days,
        case when phases.is_first then 0 else settlements.early_amount_days end as early_amount_days
    from invoices
    left join settlements
        on invoices.document_id = settlements.document_id
    cross join phases
    where
        (phases.is_first and coalesce(settlements.first_movement_date > invoices.issue_date, true))
        or (not phases.is_first and settlements.first_movement_date is not null)

),

inner_states as (

    select
        invoices.*,
        interim_states.valid_from,
        interim_states.valid_to,
        interim_states.settled_amount,
        interim_states.late_amount_days,
        interim_states.early_amount_days
    from interim_states
    inner join invoices
        on interim_states.document_id = invoices.document_id

),

final as (

    select * from outer_states
    union all
    select * from inner_states

)

select * from final
