-- Grain: one row per customer, across all source systems
-- Each attribute comes from the first member that knows it: CRM, then finance, then files. Who is created and
-- first invoiced only after as_of is no customer yet; who has neither date always was one.
with

context as (

    select * from {{ ref('stg_run__context') }}

),

members as (

    select * from {{ ref('int_customer_members') }}

),

limits as (

    select * from {{ ref('int_customer_limits') }}

),

merged as (

    select
        members.customer_key,
        members.customer_id,
        {{ first_known('customer_name') }} as customer_name,
        {{ first_known('customer_type') }} as customer_type,
        {{ first_known('industry') }} as industry,
        {{ first_known('country') }} as country,
        {{ first_known('owner_id') }} as owner_id,
        {{ first_known('rating') }} as rating,
        {{ first_known('parent_customer_key') }} as parent_customer_key,
        min(members.created_date) as created_date,
        min(members.first_document_date) as first_document_date,
        min(members.registered_date) as registered_date,
        max(case when members.last_activity_date <= context.as_of_date then members.last_activity_date end)
            as last_activity_date,
        max(members.owner_changes) as owner_changes,
        max(members.owner_changed_date) as owner_changed_date,
        max(case when members.tax_id_key is not null then 1 else 0 end) = 1 as has_tax_id,
        {{ sorted_list('members.source_system') }} as source_systems,
        max(case when members.is_in_crm then 1 else 0 end) = 1 as is_in_crm,
        max(case when members.is_in_finance then 1 else 0 end) = 1 as is_in_finance,
        min(case when members.is_placeholder then 1 else 0 end) = 1 as is_placeholder
    from members
    cross join context
    group by members.customer_key, members.customer_id

),

final as (

    select
        merged.*,
        limits.credit_limit,
        limits.terms_days
    from merged
    cross join context
    left join limits
        on merged.customer_key = limits.customer_key
    where
        (merged.created_date is null and merged.first_document_date is null)
        or merged.created_date <= context.as_of_date
        or merged.first_document_date <= context.as_of_date

)

select * from final
