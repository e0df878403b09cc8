-- Grain: one row per court or register event against a customer, in base currency
-- An amount that nobody states, or in a currency without a rate, is unknown: null, never nil.
with

settings as (

    select * from {{ ref('stg_run__settings') }}

),

legal_events as (

    select * from {{ ref('int_legal_events') }}

),

document_rates as (

    select * from {{ ref('int_document_rates') }}

),

priced as (

    select
        legal_events.event_id,
        legal_events.customer_key,
        legal_events.event_type,
        legal_events.event_date,
        legal_events.closed_date,
        nullif(legal_events.amount, 0) as amount,
        case
            when coalesce(legal_events.currency, settings.base_currency) = settings.base_currency
                then cast(1 as decimal(18, 8))
            else document_rates.exchange_rate
        end as exchange_rate
    from legal_events
    cross join settings
    left join document_rates
        on
            legal_events.currency = document_rates.currency
            and legal_events.event_date = document_rates.document_date
    where legal_events.customer_key is not null and legal_events.customer_role = 'defendant'

),

final as (

    select
        event_id,
        customer_key,
        event_type,
        event_date,
        closed_date,
        {{ to_base('amount', 'exchange_rate') }} as amount_base
    from priced

)

select * from final
