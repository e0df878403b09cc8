-- Grain: one row per pair of source customers that may be one customer, and method
-- Counts say how many customers of each system share the evidence: only one-to-one evidence links.
with

customers as (

    select * from {{ ref('int_source_customers') }}

),

key_map as (

    select * from {{ ref('stg_rules__customer_key_map') }}

),

mapped as (

    select
        customers.source_system as left_system,
        customers.member_label as left_label,
        targets.source_system as right_system,
        targets.member_label as right_label,
        'key_map' as match_method,
        1 as method_rank,
        -- a person decided: several may map to one
        1 as left_members,
        1 as right_members
    from key_map
    inner join customers
        on
            key_map.source_system = customers.source_system
            and key_map.source_customer_id = customers.source_customer_id
    inner join customers as targets
        on
            key_map.target_system = targets.source_system
            and key_map.target_customer_id = targets.source_customer_id

),

tax_groups as (

    select
        source_system,
        tax_id_key,
        min(member_label) as member_label,
        count(*) as members
    from customers
    where tax_id_key is not null
    group by source_system, tax_id_key

),

by_tax_id as (

    select
        tax_groups.source_system as left_system,
        tax_groups.member_label as left_label,
        others.source_system as right_system,
        others.member_label as right_label,
        'tax_id' as match_method,
        2 as method_rank,
        tax_groups.members as left_members,
        others.members as right_members
    from tax_groups
    inner join tax_groups as others
        on tax_groups.tax_id_key = others.tax_id_key and tax_groups.source_system < others.source_system

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
    -- in the books the external id is the CRM account; elsewhere it may be any other system's
    where customers.source_system != 'zoho_books' or targets.source_system = 'zoho_crm'

),

by_external_id as (

    select
        left_system,
        left_label,
        right_system,
        right_label,
        'external_id' as match_method,
        3 as method_rank,
        count(*) over (partition by left_system, right_label) as left_members,
        count(*) over (partition by left_label) as right_members
    from pointers

),

final as (

    select * from mapped
    union all
    select * from by_tax_id
    union all
    select * from by_external_id

)

select * from final
