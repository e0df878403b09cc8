-- Grain: one row per contact with a customer that began with us and asks for a consent
-- Activities that took place, care contacts, survey invitations; a kind without a contact rule, such as an
-- inbound call or an internal task, asks for none.
with

contacts as (

    select
        'activity' as record_type,
        activity_id as record_id,
        customer_key,
        contact_id,
        activity_type as contact_type,
        activity_date as contact_date,
        cast(null as string) as channel
    from {{ ref('int_activities') }}
    where coalesce(direction, 'outbound') = 'outbound' and coalesce(is_completed, true)
    union all
    select
        'care' as record_type,
        care_id as record_id,
        customer_key,
        contact_id,
        care_type as contact_type,
        care_date as contact_date,
        channel
    from {{ ref('int_care_contacts') }}
    union all
    select
        'survey' as record_type,
        survey_id as record_id,
        min(customer_key) as customer_key,
        min(contact_id) as contact_id,
        min(method) as contact_type,
        min(survey_date) as contact_date,
        cast(null as string) as channel
    from {{ ref('int_survey_answers') }}
    group by survey_id

),

ruled_types as (

    select
        record_type,
        contact_type
    from {{ ref('stg_rules__contact_rules') }}
    group by record_type, contact_type

),

final as (

    select contacts.*
    from contacts
    inner join ruled_types
        on contacts.record_type = ruled_types.record_type and contacts.contact_type = ruled_types.contact_type
    where contacts.customer_key is not null

)

select * from final
