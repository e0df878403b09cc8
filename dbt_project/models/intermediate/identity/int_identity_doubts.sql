-- Grain: one row per source customer, reason to doubt who it is, and piece of evidence
-- Who is a doubt once placed by other evidence is for the exceptions to say.
{{ config(materialized='view') }}

with

customers as (

    select * from {{ ref('int_source_customers') }}

),

candidates as (

    select * from {{ ref('int_identity_candidates') }}

),

components as (

    select * from {{ ref('int_identity_components') }}

),

shared_tax_ids as (

    select
        tax_id_key,
        count(*) - 1 as candidates
    from customers
    where tax_id_key is not null
    group by tax_id_key
    having count(distinct source_system) > 1 and count(*) > count(distinct source_system)

),

key_map as (

    select * from {{ ref('stg_rules__customer_key_map') }}

),

final as (

    select
        customers.member_label,
        'ambiguous_identity' as reason_code,
        shared_tax_ids.candidates
    from customers
    inner join shared_tax_ids
        on customers.tax_id_key = shared_tax_ids.tax_id_key
    union
    select
        left_label as member_label,
        'ambiguous_identity' as reason_code,
        max(right_members) as candidates
    from candidates
    where match_method = 'external_id' and (left_members > 1 or right_members > 1)
    group by left_label
    union
    select
        right_label as member_label,
        'ambiguous_identity' as reason_code,
        max(left_members) as candidates
    from candidates
    where match_method = 'external_id' and (left_members > 1 or right_members > 1)
    group by right_label
    union
    select
        member_label,
        'conflicting_match' as reason_code,
        count(*) over (partition by component_label) - 1 as candidates
    from components
    where is_conflicting
    union
    select
        customers.member_label,
        'unknown_target' as reason_code,
        0 as candidates
    from key_map
    inner join customers
        on
            key_map.source_system = customers.source_system
            and key_map.source_customer_id = customers.source_customer_id
    left join customers as targets
        on
            key_map.target_system = targets.source_system
            and key_map.target_customer_id = targets.source_customer_id
    where targets.source_customer_id is null
    union
    select
        member_label,
        'invalid_tax_id' as reason_code,
        0 as candidates
    from customers
    where not is_tax_id_valid

)

select * from final
