-- Grain: one row per contact that asks for a consent: covered on its day, or the finding that it was not
-- A customer of whom no consent at all is on record tells about the register; one with consents, about the
-- contact.
with

contacts as (

    select * from {{ ref('int_consent_contacts') }}

),

matches as (

    select
        record_type,
        record_id,
        max(case when is_in_scope and not is_withdrawn and not is_expired then 1 else 0 end) as covers,
        max(case when is_in_scope and is_withdrawn then 1 else 0 end) as was_withdrawn,
        max(case when is_in_scope and is_expired then 1 else 0 end) as was_expired
    from {{ ref('int_consent_matches') }}
    group by record_type, record_id

),

registered as (

    select
        customer_key,
        min(given_date) as first_given_date
    from {{ ref('int_consents') }}
    group by customer_key

),

final as (

    select
        contacts.record_type,
        contacts.record_id,
        contacts.customer_key,
        contacts.contact_date,
        case
            when matches.covers = 1 then 'covered'
            when matches.was_withdrawn = 1 then 'contact_after_withdrawal'
            when matches.was_expired = 1 then 'contact_after_expiry'
            when matches.record_id is not null then 'contact_out_of_scope'
            when registered.first_given_date <= contacts.contact_date then 'contact_without_consent'
            else 'contact_without_record'
        end as coverage
    from contacts
    left join matches
        on contacts.record_type = matches.record_type and contacts.record_id = matches.record_id
    left join registered
        on contacts.customer_key = registered.customer_key

)

select * from final
