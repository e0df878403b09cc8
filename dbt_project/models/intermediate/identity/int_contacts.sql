-- Grain: one row per contact person, with the customer; no name, address or number
with

crm_contacts as (

    select * from {{ ref('stg_zoho_crm__contacts') }}

),

fxiaoke_contacts as (

    select * from {{ ref('stg_fxiaoke__contacts') }}

),

files_contacts as (

    select * from {{ ref('stg_files__contacts') }}

),

identities as (

    select * from {{ ref('int_customer_identities') }}

),

contacts as (

    select
        contact_id,
        source_system,
        source_customer_id,
        job_title,
        is_opted_out,
        created_date,
        last_activity_date
    from crm_contacts
    union all
    select
        contact_id,
        source_system,
        source_customer_id,
        job_title,
        is_opted_out,
        created_date,
        last_activity_date
    from fxiaoke_contacts
    union all
    select
        contact_id,
        source_system,
        source_customer_id,
        job_title,
        is_opted_out,
        created_date,
        cast(null as date) as last_activity_date
    from files_contacts

),

final as (

    select
        contacts.contact_id,
        identities.customer_key,
        contacts.job_title,
        contacts.is_opted_out,
        contacts.created_date,
        contacts.last_activity_date
    from contacts
    left join identities
        on
            contacts.source_system = identities.source_system
            and contacts.source_customer_id = identities.source_customer_id

)

select * from final
