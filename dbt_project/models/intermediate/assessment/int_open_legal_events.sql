-- Grain: one row per court or register event against a customer that is open at as_of
with

context as (

    select * from {{ ref('stg_run__context') }}

),

legal_claims as (

    select * from {{ ref('int_legal_claims') }}

),

final as (

    select
        legal_claims.event_id,
        legal_claims.customer_key,
        legal_claims.event_type,
        legal_claims.event_date,
        {{ days_between('legal_claims.event_date', 'context.as_of_date') }} as age_days,
        legal_claims.amount_base
    from legal_claims
    cross join context
    where
        legal_claims.event_date <= context.as_of_date
        and (legal_claims.closed_date is null or legal_claims.closed_date > context.as_of_date)

)

select * from final
