-- Grain: one row per customer of a source system: the one customer it belongs to
-- Customers in a conflicting component stay apart: int_identity_exceptions lists them.
with

customers as (

    select * from {{ ref('int_source_customers') }}

),

components as (

    select * from {{ ref('int_identity_components') }}

),

labelled as (

    select
        customers.source_system,
        customers.source_customer_id,
        customers.member_label,
        customers.is_placeholder,
        case
            when components.is_conflicting is null or components.is_conflicting then customers.member_label
            else components.component_label
        end as anchor_label,
        case when not components.is_conflicting then components.method_rank end as method_rank
    from customers
    left join components
        on customers.member_label = components.member_label

),

final as (

    select
        source_system,
        source_customer_id,
        member_label,
        -- the label without its sort prefix: zoho_crm:123
        substr(anchor_label, 3) as customer_id,
        {{ md5_key(['substr(anchor_label, 3)']) }} as customer_key,
        case
            when method_rank is null then 'unmatched'
            when member_label = anchor_label then 'anchor'
            when method_rank = 1 then 'key_map'
            when method_rank = 2 then 'tax_id'
            else 'external_id'
        end as match_method,
        is_placeholder
    from labelled

)

select * from final
