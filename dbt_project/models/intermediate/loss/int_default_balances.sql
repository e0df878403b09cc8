-- Grain: one row per default and document that was owed the day before it, in base currency
with

context as (

    select * from {{ ref('stg_run__context') }}

),

spells as (

    select
        spells.customer_key,
        spells.default_date,
        {{ add_days('spells.default_date', '-1') }} as day_before
    from {{ ref('int_default_spells') }} as spells
    cross join context
    where spells.default_date <= context.as_of_date

),

states as (

    select * from {{ ref('int_document_states') }}

),

final as (

    select
        spells.customer_key,
        spells.default_date,
        states.document_id,
        states.balance_base
    from spells
    inner join states
        on
            spells.customer_key = states.customer_key
            and spells.day_before >= states.valid_from
            and (states.valid_to is null or spells.day_before < states.valid_to)
    where states.balance_base > 0

)

select * from final
