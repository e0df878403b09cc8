-- Grain: one row per contact person of whom no basis was ever recorded up to as_of: nobody may contact it,
-- and why is not known
-- Who withdrew, opted out or asked to be left alone has given an answer: that is no gap in the register.
with

contacts as (

    select * from {{ ref('int_contacts') }}
    where customer_key is not null and not coalesce(is_opted_out, false)

),

consents as (

    select
        customer_key,
        contact_id
    from {{ ref('int_consent_states') }}

),

stops as (

    select contact_id from {{ ref('int_contact_stops') }}

),

context as (

    select as_of_date from {{ ref('stg_run__context') }}

),

final as (

    select
        contacts.contact_id,
        contacts.customer_key,
        coalesce(contacts.created_date, context.as_of_date) as known_since
    from contacts
    cross join context
    left join consents
        on
            contacts.customer_key = consents.customer_key
            and coalesce(contacts.contact_id = consents.contact_id, true)
    left join stops
        on contacts.contact_id = stops.contact_id
    where
        consents.customer_key is null
        and stops.contact_id is null
        and coalesce(contacts.created_date, context.as_of_date) <= context.as_of_date

)

select * from final
