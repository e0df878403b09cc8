-- Grain: one row per care contact: whether a consent or another basis covered its person, day and channel
-- A consent holds from the day it was given to the day before it was withdrawn or ended; without a channel it
-- covers every channel, and a contact without a channel needs such a one.
with care as (
    select * from {{ ref('int_care_contacts') }}
    where customer_key is not null
),

bases as (
    select
        purpose,
        legal_basis
    from {{ ref('stg_rules__care_bases') }}
),

consents as (
    select consents.*
    from {{ ref('int_consents') }} as consents
    inner join bases
        on consents.purpose = bases.purpose and consents.legal_basis = bases.legal_basis
),

covered as (
    select
        care.care_id,
        min(consents.consent_id) as consent_id
    from care
    inner join consents
        on
            care.customer_key = consents.customer_key
            and (care.contact_id = consents.contact_id or consents.contact_id is null)
            and (consents.channel is null or care.channel = consents.channel)
            and care.care_date >= consents.given_date
            and (consents.withdrawn_date is null or care.care_date < consents.withdrawn_date)
            and (consents.expiry_date is null or care.care_date < consents.expiry_date)
    group by care.care_id
),

final as (
    select
        care.care_id,
        care.customer_key,
        care.contact_id,
        care.care_date,
        care.channel,
        care.outcome,
        covered.consent_id,
        covered.consent_id is not null as is_permitted
    from care
    left join covered on care.care_id = covered.care_id
)

select * from final
