-- Grain: one row per customer of a source system that evidence could not place, and reason. It stays apart
-- until a row in customer_key_map, or a correction at the source, decides.
with context as (
    select * from {{ ref('stg_run__context') }}
),

exceptions as (
    select * from {{ ref('int_identity_exceptions') }}
),

final as (
    select
        {{ md5_key([
            'context.as_of_date', 'exceptions.source_system', 'exceptions.source_customer_id', 'exceptions.reason_code'
        ]) }} as identity_exception_key,
        context.as_of_date,
        exceptions.source_system,
        exceptions.source_customer_id,
        exceptions.customer_key,
        exceptions.reason_code,
        cast(exceptions.candidates as int) as candidates,
        context.run_id
    from exceptions
    cross join context
)

select * from final
