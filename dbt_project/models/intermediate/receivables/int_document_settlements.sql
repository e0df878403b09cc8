-- Grain: one row per invoice with anything applied to it up to as_of: netted once per document
-- Days are counted per application: a part paid late is late with that part only.
{{ config(materialized='view') }}

with

context as (

    select * from {{ ref('stg_run__context') }}

),

allocations as (

    select * from {{ ref('int_receipt_allocations') }}

),

applied as (

    select
        allocations.document_id,
        allocations.applied_date,
        allocations.settled_amount,
        {{ days_between('allocations.due_date', 'allocations.applied_date') }} as days_late
    from allocations
    cross join context
    where allocations.document_id is not null and allocations.applied_date <= context.as_of_date

),

final as (

    select
        document_id,
        sum(settled_amount) as settled_amount,
        sum(case when days_late > 0 then settled_amount * days_late else 0 end) as late_amount_days,
        sum(case when days_late < 0 then settled_amount * days_late else 0 end) as early_amount_days,
        max(applied_date) as last_applied_date
    from applied
    group by document_id

)

select * from final
