-- Grain: one row per customer of a CRM and attribute that its record needs: whether it is there
-- Customers nobody looks after in a CRM have no record to complete.
with known as (
    select
        customers.customer_key,
        coalesce(customers.customer_type, 'organisation') as customer_type,
        customers.customer_name is not null as has_customer_name,
        customers.customer_type is not null as has_customer_type,
        customers.has_tax_id,
        customers.industry is not null as has_industry,
        customers.country is not null as has_country,
        customers.owner_id is not null as has_owner,
        levels.customer_level is not null as has_customer_level,
        customers.credit_limit is not null or customers.terms_days is not null as has_credit_terms,
        people.contacts is not null as has_contact,
        coalesce(people.decision_makers, 0) > 0 as has_decision_maker
    from {{ ref('int_customers') }} as customers
    left join {{ ref('int_customer_levels') }} as levels on customers.customer_key = levels.customer_key
    left join {{ ref('int_customer_people') }} as people on customers.customer_key = people.customer_key
    where customers.is_in_crm
),

attributes as (
    select * from {{ ref('stg_rules__required_attributes') }}
),

final as (
    select
        known.customer_key,
        attributes.required_attribute,
        case attributes.required_attribute
            {% for attribute in [
                'customer_name', 'customer_type', 'tax_id', 'industry', 'country', 'owner', 'customer_level',
                'credit_terms', 'contact', 'decision_maker'
            ] %}
            when '{{ attribute }}' then known.has_{{ attribute }}
            {% endfor %}
        end as is_present
    from known
    inner join attributes
        on attributes.applies_to = 'all' or known.customer_type = attributes.applies_to
)

select * from final
