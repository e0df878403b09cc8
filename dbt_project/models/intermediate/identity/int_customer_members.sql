-- Grain: one row per source customer, with the one customer it belongs to and its parent
-- A parent that turns out to be the same customer is none.
with

customers as (

    select * from {{ ref('int_source_customers') }}

),

identities as (

    select * from {{ ref('int_customer_identities') }}

),

crm_presence as (

    select * from {{ ref('int_crm_presence') }}

),

documented as (

    select * from {{ ref('int_document_customers') }}

),

final as (

    select
        customers.*,
        identities.customer_key,
        identities.customer_id,
        documented.first_document_date,
        nullif(parents.customer_key, identities.customer_key) as parent_customer_key,
        crm_presence.source_customer_id is not null as is_in_crm,
        documented.source_customer_id is not null
        or customers.source_system in ({{ finance_systems() }}) as is_in_finance
    from customers
    inner join identities
        on customers.member_label = identities.member_label
    left join identities as parents
        on
            customers.source_system = parents.source_system
            and customers.parent_source_customer_id = parents.source_customer_id
    left join crm_presence
        on
            customers.source_system = crm_presence.source_system
            and customers.source_customer_id = crm_presence.source_customer_id
    left join documented
        on
            customers.source_system = documented.source_system
            and customers.source_customer_id = documented.source_customer_id

)

select * from final
