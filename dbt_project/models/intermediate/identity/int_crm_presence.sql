-- Grain: one row per source customer that sales looks after
-- CRM accounts, and customers of files that have contacts or opportunities.
{{ config(materialized='view') }}

with

accounts as (

    select * from {{ ref('stg_zoho_crm__accounts') }}

),

fxiaoke_accounts as (

    select * from {{ ref('stg_fxiaoke__accounts') }}

),

contacts as (

    select * from {{ ref('stg_files__contacts') }}

),

opportunities as (

    select * from {{ ref('stg_files__opportunities') }}

),

final as (

    select
        source_system,
        source_customer_id
    from accounts
    union
    select
        source_system,
        source_customer_id
    from fxiaoke_accounts
    union
    select
        source_system,
        source_customer_id
    from contacts
    where source_customer_id is not null
    union
    select
        source_system,
        source_customer_id
    from opportunities
    where source_customer_id is not null

)

select * from final
