-- Grain: one row per contact and consent on record that day: whether it reached this far, and whether it had
-- ended
-- A consent without a person covers all people of the customer; a contact without a person takes any of them.
with

contacts as (

    select * from {{ ref('int_consent_contacts') }}

),

consents as (

    select * from {{ ref('int_consents') }}

),

contact_rules as (

    select * from {{ ref('stg_rules__contact_rules') }}

),

recorded as (

    select
        contacts.record_type,
        contacts.record_id,
        contacts.contact_type,
        contacts.channel as used_channel,
        consents.consent_id,
        consents.purpose,
        consents.channel as allowed_channel,
        coalesce(consents.withdrawn_date <= contacts.contact_date, false) as is_withdrawn,
        coalesce(consents.expiry_date <= contacts.contact_date, false) as is_expired
    from contacts
    inner join consents
        on
            contacts.customer_key = consents.customer_key
            and contacts.contact_date >= consents.given_date
            and coalesce(contacts.contact_id = consents.contact_id, true)

),

final as (

    select
        recorded.record_type,
        recorded.record_id,
        recorded.consent_id,
        recorded.is_withdrawn,
        recorded.is_expired,
        max(
            case
                when contact_rules.purpose is null then 0
                when
                    recorded.allowed_channel is null or contact_rules.channel = recorded.allowed_channel
                    then 1
                when contact_rules.channel = 'own' and recorded.used_channel is null then 1
                when contact_rules.channel = 'own' and recorded.used_channel = recorded.allowed_channel then 1
                else 0
            end
        ) = 1 as is_in_scope
    from recorded
    left join contact_rules
        on
            recorded.record_type = contact_rules.record_type
            and recorded.contact_type = contact_rules.contact_type
            and recorded.purpose = contact_rules.purpose
    group by
        recorded.record_type,
        recorded.record_id,
        recorded.consent_id,
        recorded.is_withdrawn,
        recorded.is_expired

)

select * from final
