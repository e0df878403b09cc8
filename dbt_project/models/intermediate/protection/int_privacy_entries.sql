-- Grain: one row per customer and entry of the privacy register at as_of
-- Requests that were answered stay for the lookback, so that the register shows they were.
with

consents as (

    select * from {{ ref('int_consent_states') }}
    where customer_key is not null

),

requests as (

    select * from {{ ref('int_subject_request_states') }}
    where customer_key is not null

),

ndas as (

    select * from {{ ref('int_customer_nda') }}
    where nda_state != 'no_contract'

),

findings as (

    select * from {{ ref('int_protection_findings') }}

),

parameters as (

    select max(case when parameter = 'protection_lookback_days' then value end) as lookback_days
    from {{ ref('stg_rules__model_parameters') }}

),

entries as (

    select
        customer_key,
        'consent' as register_part,
        purpose as register_subject,
        legal_basis || '/' || coalesce(channel, 'every channel') as consent_scope,
        consent_state as entry_state,
        count(*) as records,
        count(distinct contact_id) as people,
        min(given_date) as first_record_date,
        max(coalesce(withdrawn_date, given_date)) as last_record_date,
        min(case when consent_state in ('active', 'expiring') then expiry_date end) as due_date,
        cast(null as string) as standard
    from consents
    group by customer_key, purpose, legal_basis, channel, consent_state
    union all
    select
        customer_key,
        'nda' as register_part,
        'confidentiality' as register_subject,
        cast(null as string) as consent_scope,
        nda_state as entry_state,
        1 as records,
        cast(null as int) as people,
        cast(null as date) as first_record_date,
        cast(null as date) as last_record_date,
        nda_end_date as due_date,
        cast(null as string) as standard
    from ndas
    union all
    select
        requests.customer_key,
        'subject_request' as register_part,
        requests.request_type as register_subject,
        cast(null as string) as consent_scope,
        requests.request_state as entry_state,
        count(*) as records,
        cast(null as int) as people,
        min(requests.received_date) as first_record_date,
        max(requests.closed_date) as last_record_date,
        requests.due_date,
        min(requests.standard) as standard
    from requests
    cross join parameters
    where requests.closed_date is null or requests.age_days < parameters.lookback_days
    group by requests.customer_key, requests.request_type, requests.request_state, requests.due_date
    union all
    select
        customer_key,
        'finding' as register_part,
        finding as register_subject,
        cast(null as string) as consent_scope,
        'open' as entry_state,
        records,
        cast(null as int) as people,
        first_found_date as first_record_date,
        last_found_date as last_record_date,
        due_date,
        cast(null as string) as standard
    from findings

),

final as (

    select
        *,
        {{ md5_key([
            'customer_key', 'register_part', 'register_subject', 'consent_scope', 'entry_state', 'due_date'
        ]) }} as privacy_entry_key
    from entries

)

select * from final
