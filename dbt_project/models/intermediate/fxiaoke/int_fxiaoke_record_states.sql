-- Grain: one row per object, state and currency: how many records there are and what they are worth
-- Only some states count: what is still under review, or no longer holds, is told here instead of being lost.
with

records as (

    select * from {{ ref('stg_fxiaoke__record_states') }}

),

final as (

    select
        {{ md5_key(['source_system', 'source_object', 'record_state', 'currency']) }} as record_state_key,
        source_system,
        source_object,
        record_state,
        record_state in ('normal', 'in_change') as is_counted,
        currency,
        cast(count(*) as int) as records,
        cast(sum(amount) as decimal(18, 2)) as amount
    from records
    group by source_system, source_object, record_state, currency

)

select * from final
