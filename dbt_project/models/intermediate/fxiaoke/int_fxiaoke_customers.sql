-- Grain: one row per customer, with its tax id
-- Its own tax id, else that of its invoice titles; where they state several, none joins: a finding says so.
{{ config(materialized='view') }}

with

accounts as (

    select * from {{ ref('stg_fxiaoke__accounts') }}

),

tax_ids as (

    select * from {{ ref('int_fxiaoke_tax_ids') }}

),

final as (

    select
        accounts.source_system,
        accounts.source_customer_id,
        accounts.customer_name,
        cast(null as string) as source_contact_type,
        accounts.source_customer_type,
        case when tax_ids.tax_ids = 1 then tax_ids.tax_id_key end as tax_id_key,
        case when tax_ids.tax_ids = 1 then tax_ids.is_tax_id_valid end as is_tax_id_valid,
        accounts.external_id,
        accounts.parent_source_customer_id,
        accounts.industry,
        accounts.country,
        accounts.owner_id,
        accounts.rating,
        accounts.created_date,
        cast(null as date) as registered_date,
        accounts.last_activity_date,
        accounts.owner_changes,
        accounts.owner_changed_date,
        accounts.record_file,
        accounts.record_line
    from accounts
    left join tax_ids
        on accounts.source_customer_id = tax_ids.source_customer_id

)

select * from final
