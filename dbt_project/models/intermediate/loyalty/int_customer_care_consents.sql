-- Grain: one row per customer with a person who may be cared for on as_of
-- Who opted out is not counted, whatever a consent says.
with context as (
    select as_of_date from {{ ref('stg_run__context') }}
),

bases as (
    select
        purpose,
        legal_basis
    from {{ ref('stg_rules__care_bases') }}
),

final as (
    select
        consents.customer_key,
        cast(count(*) as int) as care_consents
    from {{ ref('int_consents') }} as consents
    cross join context
    inner join bases
        on consents.purpose = bases.purpose and consents.legal_basis = bases.legal_basis
    left join {{ ref('int_contacts') }} as contacts on consents.contact_id = contacts.contact_id
    where
        consents.customer_key is not null
        and consents.given_date <= context.as_of_date
        and (consents.withdrawn_date is null or consents.withdrawn_date > context.as_of_date)
        and (consents.expiry_date is null or consents.expiry_date > context.as_of_date)
        and not coalesce(contacts.is_opted_out, false)
    group by consents.customer_key
)

select * from final
