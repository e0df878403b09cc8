-- Grain: one row per pair of source customers that may be one customer, and method
-- Counts say how many customers of each system share the evidence: only one-to-one evidence links.
with

customers as (

    select * from {{ ref('int_source_customers') }}

),

key_map as (

    select * from {{ ref('stg_rules__customer_key_map') }}

),

tax_id_pairs as (

    select * from {{ ref('int_tax_id_pairs') }}

),

external_id_pairs as (

    select * from {{ ref('int_external_id_pairs') }}

),

final as (

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
    union all
    select
        left_system,
        left_label,
        right_system,
        right_label,
        'tax_id' as match_method,
        2 as method_rank,
        left_members,
        right_members
    from tax_id_pairs
    union all
    select
        left_system,
        left_label,
        right_system,
        right_label,
        'external_id' as match_method,
        3 as method_rank,
        left_members,
        right_members
    from external_id_pairs

)

select * from final
