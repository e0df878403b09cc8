-- Grain: one row per customer of a source system, exported or only named by a document
-- member_label sorts the systems that may anchor an identity: CRM, then finance, then other files.
with

exported as (

    select * from {{ ref('int_exported_customers') }}

),

documented as (

    select * from {{ ref('int_document_customers') }}

),

unioned as (

    select
        *,
        false as is_placeholder
    from exported
    union all
    select
        documented.source_system,
        documented.source_customer_id,
        cast(null as string) as customer_name,
        cast(null as string) as customer_type,
        cast(null as string) as tax_id_key,
        cast(null as boolean) as is_tax_id_valid,
        cast(null as string) as external_id,
        cast(null as string) as parent_source_customer_id,
        cast(null as string) as industry,
        cast(null as string) as country,
        cast(null as string) as owner_id,
        cast(null as string) as rating,
        cast(null as date) as created_date,
        cast(null as date) as registered_date,
        cast(null as date) as last_activity_date,
        cast(null as int) as owner_changes,
        cast(null as date) as owner_changed_date,
        true as is_placeholder
    from documented
    left join exported
        on
            documented.source_system = exported.source_system
            and documented.source_customer_id = exported.source_customer_id
    where exported.source_customer_id is null

),

final as (

    select
        *,
        case
            when source_system in ({{ crm_systems() }}) then '1:'
            when source_system in ({{ finance_systems() }}) then '2:'
            else '3:'
        end
        || source_system || ':' || source_customer_id as member_label
    from unioned

)

select * from final
