-- Grain: one row per CRM object, state of its records and currency
-- What a CRM has under review, not in force, cancelled or deleted does not count, and is told here.
with

context as (

    select * from {{ ref('stg_run__context') }}

),

record_states as (

    select * from {{ ref('int_fxiaoke_record_states') }}

),

final as (

    select
        record_states.record_state_key,
        context.as_of_date,
        context.run_id,
        record_states.source_system,
        record_states.source_object,
        record_states.record_state,
        record_states.is_counted,
        record_states.currency,
        record_states.records,
        record_states.amount
    from record_states
    cross join context

)

select * from final
