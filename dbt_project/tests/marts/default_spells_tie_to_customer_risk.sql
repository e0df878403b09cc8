-- Fails if a customer is in default today by the days its defaults began and ended, and not by the risk
-- fact, or the other way round: what outcomes call a default must be what the rules call one.
with context as (
    select as_of_date from {{ ref('stg_run__context') }}
),

spells as (
    select spells.customer_key
    from {{ ref('int_default_spells') }} as spells
    cross join context
    where
        spells.default_date <= context.as_of_date
        and (spells.ended_date is null or spells.ended_date > context.as_of_date)
),

risks as (
    select
        customer_key,
        is_default
    from {{ ref('fct_customer_risk') }}
),

violations as (
    select risks.customer_key
    from risks
    left join spells on risks.customer_key = spells.customer_key
    where risks.is_default != (spells.customer_key is not null)
)

select * from violations
