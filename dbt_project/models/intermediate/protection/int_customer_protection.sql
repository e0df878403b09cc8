-- Grain: one row per customer with a consent, a request or a contract on record: the protection measures
-- Contacts are measured only where a consent is on record: a missing register is our gap, not a proof of
-- misuse.
with

parameters as (

    select max(case when parameter = 'protection_lookback_days' then value end) as lookback_days
    from {{ ref('stg_rules__model_parameters') }}

),

contacted as (

    select * from {{ ref('int_customer_consent_use') }}

),

consented as (

    select
        customer_key,
        count(*) as consents,
        sum(case when consent_state in ('active', 'expiring') then 1 else 0 end) as consents_active
    from {{ ref('int_consent_states') }}
    where customer_key is not null
    group by customer_key

),

requested as (

    select
        requests.customer_key,
        count(*) as requests,
        sum(case when requests.closed_date is null then 1 else 0 end) as requests_open,
        max(case when requests.request_state = 'overdue' then requests.days_overdue else 0 end)
            as request_delay
    from {{ ref('int_subject_request_states') }} as requests
    cross join parameters
    where
        requests.customer_key is not null
        and (requests.closed_date is null or requests.age_days < parameters.lookback_days)
    group by requests.customer_key

),

ndas as (

    select * from {{ ref('int_customer_nda') }}

),

weighed as (

    select
        findings.customer_key,
        {{ exact_sum('rules.finding_weight') }} as finding_load
    from {{ ref('int_protection_findings') }} as findings
    inner join {{ ref('stg_rules__protection_findings') }} as rules
        on findings.finding = rules.finding
    group by findings.customer_key

),

known as (

    select customer_key from consented
    union
    select customer_key from requested
    union
    select customer_key from ndas

),

final as (

    select
        known.customer_key,
        cast(coalesce(consented.consents, 0) as int) as consents,
        cast(coalesce(consented.consents_active, 0) as int) as consents_active,
        cast(coalesce(contacted.contacts_measured, 0) as int) as contacts_measured,
        cast(coalesce(contacted.contacts_uncovered, 0) as int) as contacts_uncovered,
        cast(coalesce(requested.requests, 0) as int) as requests,
        cast(coalesce(requested.requests_open, 0) as int) as requests_open,
        coalesce(ndas.nda_state, 'no_contract') as nda_state,
        round(cast(contacted.contacts_uncovered as double) / nullif(contacted.contacts_measured, 0), 6)
            as uncovered_share,
        cast(coalesce(weighed.finding_load, 0) as double) as finding_load,
        cast(requested.request_delay as double) as request_delay,
        round(1 - cast(consented.consents_active as double) / nullif(consented.consents, 0), 6)
            as lapsed_share
    from known
    left join consented
        on known.customer_key = consented.customer_key
    left join contacted
        on known.customer_key = contacted.customer_key
    left join requested
        on known.customer_key = requested.customer_key
    left join ndas
        on known.customer_key = ndas.customer_key
    left join weighed
        on known.customer_key = weighed.customer_key

)

select * from final
