-- Grain: one row per entry of points or growth values whose member leads to a customer
-- The member names its customer, or is a contact of one. Growth values are a plan of their own.
{{ config(materialized='view') }}

with

entries as (

    select * from {{ ref('stg_fxiaoke__loyalty_entries') }}

),

members as (

    select * from {{ ref('stg_fxiaoke__members') }}

),

contacts as (

    select * from {{ ref('stg_fxiaoke__contacts') }}

),

final as (

    select
        entries.source_system,
        entries.entry_id,
        coalesce(members.source_customer_id, contacts.source_customer_id) as source_customer_id,
        entries.entry_date,
        entries.source_entry_type,
        entries.points,
        entries.expiry_date,
        case
            when entries.source_object = 'MemberGrowthValueDetailObj' then 'growth_value' else members.plan
        end as plan,
        members.plan_tier,
        entries.record_file,
        entries.record_line
    from entries
    left join members
        on entries.member_id = members.member_id
    left join contacts
        on members.contact_id = contacts.contact_id
    where
        entries.points is not null
        and coalesce(members.source_customer_id, contacts.source_customer_id) is not null

)

select * from final
