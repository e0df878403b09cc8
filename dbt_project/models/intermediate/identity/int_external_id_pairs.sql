-- Grain: one row per customer and customer of another system that its external id names
-- Counts say how many customers share the evidence: only one-to-one evidence links.
{{ config(materialized='view') }}

with

customers as (

    select * from {{ ref('int_source_customers') }}

),

pointers as (

    select
        customers.source_system as left_system,
        customers.member_label as left_label,
        targets.source_system as right_system,
        targets.member_label as right_label
    from customers
    inner join customers as targets
        on
            customers.external_id = targets.source_customer_id
            and customers.source_system != targets.source_system
    -- in finance the external id is an account of a CRM; elsewhere it may be any other system's
    where
        customers.source_system not in ({{ finance_systems() }})
        or targets.source_system in ({{ crm_systems() }})

),

final as (

    select
        left_system,
        left_label,
        right_system,
        right_label,
        count(*) over (partition by left_system, right_label) as left_members,
        count(*) over (partition by left_label) as right_members
    from pointers

)

select * from final
