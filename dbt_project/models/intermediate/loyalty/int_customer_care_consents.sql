-- Grain: one row per customer with a person who may be cared for on as_of
-- Who opted out is not counted, whatever a consent says.
with care_purposes as (
    select distinct purpose
    from {{ ref('stg_rules__contact_rules') }}
    where record_type = 'care'
),

final as (
    select
        consents.customer_key,
        cast(count(*) as int) as care_consents
    from {{ ref('int_consent_states') }} as consents
    inner join care_purposes on consents.purpose = care_purposes.purpose
    left join {{ ref('int_contacts') }} as contacts on consents.contact_id = contacts.contact_id
    where
        consents.customer_key is not null
        and consents.consent_state in ('active', 'expiring')
        and not coalesce(contacts.is_opted_out, false)
    group by consents.customer_key
)

select * from final
