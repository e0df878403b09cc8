-- Grain: one row per customer, across all source systems
-- Each attribute comes from the first member that knows it: CRM, then finance, then files.
with

context as (

    select * from {{ ref('stg_run__context') }}

),

customers as (

    select * from {{ ref('int_source_customers') }}

),

identities as (

    select * from {{ ref('int_customer_identities') }}

),

credit_terms as (

    select * from {{ ref('int_credit_terms') }}

),

crm_presence as (

    select * from {{ ref('int_crm_presence') }}

),

documented as (

    select * from {{ ref('int_document_customers') }}

),

limits as (

    select
        identities.customer_key,
        -- agreed sorts before books
        min_by(
            credit_terms.credit_limit,
            case
                when
                    credit_terms.credit_limit is not null
                    then credit_terms.terms_origin || identities.member_label
            end
        ) as credit_limit,
        min_by(
            credit_terms.terms_days,
            case
                when
                    credit_terms.terms_days is not null
                    then credit_terms.terms_origin || identities.member_label
            end
        ) as terms_days
    from credit_terms
    inner join identities
        on
            credit_terms.source_system = identities.source_system
            and credit_terms.source_customer_id = identities.source_customer_id
    group by identities.customer_key

),

members as (

    select
        customers.*,
        identities.customer_key,
        identities.customer_id,
        parents.customer_key as parent_customer_key,
        crm_presence.source_customer_id is not null as is_in_crm,
        documented.source_customer_id is not null or customers.source_system = 'zoho_books' as is_in_finance
    from customers
    inner join identities
        on customers.member_label = identities.member_label
    left join identities as parents
        on
            customers.source_system = parents.source_system
            and customers.parent_source_customer_id = parents.source_customer_id
    left join crm_presence
        on
            customers.source_system = crm_presence.source_system
            and customers.source_customer_id = crm_presence.source_customer_id
    left join documented
        on
            customers.source_system = documented.source_system
            and customers.source_customer_id = documented.source_customer_id

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
    left join limits
        on merged.customer_key = limits.customer_key

)

select * from final
