-- Grain: one row per consent of Zoho CRM and channel it allows
-- Its contact may be found by the address, if one has it; without a purpose it allows surveys only.
{{ config(materialized='view') }}

with

consents as (

    select * from {{ ref('stg_zoho_crm__consents') }}

),

contacts as (

    select * from {{ ref('stg_zoho_crm__contacts') }}

),

addresses as (

    select
        email_key,
        min(contact_id) as contact_id
    from contacts
    where email_key is not null
    group by email_key
    having count(*) = 1

),

channels as (

    select
        consents.*,
        'email' as source_channel
    from consents
    where consents.allows_email
    union all
    select
        consents.*,
        'phone' as source_channel
    from consents
    where consents.allows_phone
    union all
    select
        consents.*,
        'survey' as source_channel
    from consents
    where consents.allows_survey
    union all
    select
        consents.*,
        cast(null as string) as source_channel
    from consents
    where coalesce(consents.allows_email, consents.allows_phone, consents.allows_survey) is null

),

final as (

    select
        channels.source_system,
        channels.consent_id || coalesce(':' || channels.source_channel, '') as consent_id,
        cast(null as string) as source_customer_id,
        coalesce(channels.contact_id, addresses.contact_id) as contact_id,
        coalesce(
            channels.source_purpose,
            case when channels.source_channel = 'survey' then 'Survey' else '-None-' end
        ) as source_purpose,
        channels.source_legal_basis,
        channels.source_channel,
        channels.given_date,
        channels.withdrawn_date,
        channels.expiry_date,
        channels.record_file,
        channels.record_line
    from channels
    left join addresses
        on channels.email_key = addresses.email_key

)

select * from final
