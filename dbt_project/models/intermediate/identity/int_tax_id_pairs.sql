-- Grain: one row per pair of systems and tax id that both know
-- Counts say how many customers of each system share it: only one-to-one evidence links.
{{ config(materialized='view') }}

with

customers as (

    select * from {{ ref('int_source_customers') }}

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

final as (

    select
        tax_groups.source_system as left_system,
        tax_groups.member_label as left_label,
        others.source_system as right_system,
        others.member_label as right_label,
        tax_groups.members as left_members,
        others.members as right_members
    from tax_groups
    inner join tax_groups as others
        on tax_groups.tax_id_key = others.tax_id_key and tax_groups.source_system < others.source_system

)

select * from final
