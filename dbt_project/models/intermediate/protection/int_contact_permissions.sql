-- Grain: one row per contact person, purpose and channel on which it may be contacted on as_of, with the
-- basis that lasts longest
-- A consent without a person covers all people of the customer, one without a channel every channel. Who
-- opted out is not contacted, whatever a consent says.
with

contacts as (

    select * from {{ ref('int_contacts') }}
    where customer_key is not null

),

consents as (

    select * from {{ ref('int_consent_states') }}
    where consent_state in ('active', 'expiring')

),

stops as (

    select * from {{ ref('int_contact_stops') }}

),

channels as (

    select channel from {{ ref('stg_rules__contact_rules') }}
    where channel != 'own'
    union
    select channel from consents
    where channel is not null

),

permitted as (

    select
        contacts.contact_id,
        contacts.customer_key,
        consents.purpose,
        channels.channel,
        consents.legal_basis,
        consents.consent_state,
        consents.given_date,
        consents.expiry_date,
        row_number() over (
            partition by contacts.contact_id, consents.purpose, channels.channel
            order by
                coalesce(consents.expiry_date, cast('9999-12-31' as date)) desc nulls last,
                consents.given_date desc nulls last,
                consents.consent_id asc nulls last
        ) as place
    from contacts
    inner join consents
        on
            contacts.customer_key = consents.customer_key
            and coalesce(contacts.contact_id = consents.contact_id, true)
    inner join channels
        on coalesce(consents.channel = channels.channel, true)
    left join stops
        on contacts.contact_id = stops.contact_id
    where
        (stops.stopped_date is null or stops.stopped_date < consents.given_date)
        and not coalesce(contacts.is_opted_out, false)

),

final as (

    select
        contact_id,
        customer_key,
        purpose,
        channel,
        legal_basis,
        consent_state,
        given_date,
        expiry_date
    from permitted
    where place = 1

)

select * from final
