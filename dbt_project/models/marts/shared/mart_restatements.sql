-- Grain: one row per finished date, customer and measure that a later run computed differently
-- The date the restatement was made on is as_of_date, the date it is about restated_date.
with context as (
    select * from {{ ref('stg_run__context') }}
),

restatements as (
    select * from {{ ref('stg_run__restatements') }}
),

final as (
    select
        {{ md5_key([
            'context.as_of_date', 'restatements.restated_date', 'restatements.customer_key', 'restatements.measure',
            'restatements.old_run_id', 'restatements.new_run_id'
        ]) }} as restatement_key,
        context.as_of_date,
        restatements.restated_date,
        restatements.customer_key,
        restatements.measure,
        restatements.old_value,
        restatements.new_value,
        restatements.reason,
        restatements.old_run_id,
        restatements.new_run_id,
        context.run_id
    from restatements
    cross join context
)

select * from final
