-- Grain: one row per customer whose rating sales gave in words that value_mappings know: its level
-- Of several systems' ratings the first counts: CRM, then finance, then files.
with customers as (
    select
        customers.member_label,
        customers.source_system,
        identities.customer_key,
        lower(trim(customers.rating)) as rating
    from {{ ref('int_source_customers') }} as customers
    inner join {{ ref('int_customer_identities') }} as identities
        on customers.member_label = identities.member_label
    where customers.rating is not null
),

rating_values as (

    {{ values_of('customers', 'rating') }}

),

final as (
    select
        customers.customer_key,
        min_by(rating_values.canonical_value, customers.member_label) as customer_level
    from customers
    inner join rating_values
        on
            customers.source_system = rating_values.source
            and customers.rating = rating_values.source_value
    group by customers.customer_key
)

select * from final
