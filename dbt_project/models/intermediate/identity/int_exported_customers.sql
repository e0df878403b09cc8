-- Grain: one row per customer of any customer export
{{ config(materialized='view') }}

with

accounts as (

    select * from {{ ref('stg_zoho_crm__accounts') }}

),

books_contacts as (

    select * from {{ ref('stg_zoho_books__contacts') }}

),

files_customers as (

    select * from {{ ref('stg_files__customers') }}

),

ownerships as (

    select
        lower(trim(source_value)) as source_value,
        canonical_value
    from {{ ref('stg_rules__value_mappings') }}
    where source = 'zoho_crm' and entity = 'accounts' and column_name = 'ownership'

),

sub_types as (

    select
        lower(trim(source_value)) as source_value,
        canonical_value
    from {{ ref('stg_rules__value_mappings') }}
    where source = 'zoho_books' and entity = 'contacts' and column_name = 'customer_sub_type'

),

contact_types as (

    select
        lower(trim(source_value)) as source_value,
        canonical_value
    from {{ ref('stg_rules__value_mappings') }}
    where source = 'zoho_books' and entity = 'contacts' and column_name = 'contact_type'

),

final as (

    select
        accounts.source_system,
        accounts.source_customer_id,
        accounts.customer_name,
        ownerships.canonical_value as customer_type,
        accounts.tax_id_key,
        cast(null as string) as external_id,
        accounts.parent_source_customer_id,
        accounts.industry,
        accounts.country,
        accounts.owner_id,
        accounts.rating,
        accounts.created_date,
        cast(null as date) as registered_date,
        accounts.last_activity_date,
        cast(null as int) as owner_changes,
        cast(null as date) as owner_changed_date
    from accounts
    left join ownerships
        on lower(trim(accounts.source_customer_type)) = ownerships.source_value
    union all
    select
        books_contacts.source_system,
        books_contacts.source_customer_id,
        books_contacts.customer_name,
        sub_types.canonical_value as customer_type,
        books_contacts.tax_id_key,
        books_contacts.external_id,
        cast(null as string) as parent_source_customer_id,
        cast(null as string) as industry,
        cast(null as string) as country,
        cast(null as string) as owner_id,
        cast(null as string) as rating,
        books_contacts.created_date,
        cast(null as date) as registered_date,
        cast(null as date) as last_activity_date,
        cast(null as int) as owner_changes,
        cast(null as date) as owner_changed_date
    from books_contacts
    left join sub_types
        on lower(trim(books_contacts.source_customer_type)) = sub_types.source_value
    left join contact_types
        on lower(trim(books_contacts.source_contact_type)) = contact_types.source_value
    where coalesce(contact_types.canonical_value, 'customer') = 'customer'
    union all
    select
        source_system,
        source_customer_id,
        customer_name,
        customer_type,
        tax_id_key,
        external_id,
        parent_source_customer_id,
        industry,
        country,
        owner_id,
        rating,
        created_date,
        registered_date,
        last_activity_date,
        owner_changes,
        owner_changed_date
    from files_customers

)

select * from final
