-- Grain: one row per fact that a hard rule may judge: an overdue invoice, a write-off, an open legal event.
-- Its trigger names the rules that look at it, its age the days since it began.
{{ config(materialized='view') }}

with context as (
    select as_of_date from {{ ref('stg_run__context') }}
),

final as (
    select
        document_id as fact_id,
        customer_key,
        'days_past_due' as trigger_type,
        dpd as age_days,
        balance_base as amount_base
    from {{ ref('int_document_balances') }}
    where document_type = 'invoice' and balance_base > 0 and dpd > 0
    union all
    select
        write_offs.write_off_id as fact_id,
        write_offs.customer_key,
        'write_off' as trigger_type,
        {{ days_between('write_offs.write_off_date', 'context.as_of_date') }} as age_days,
        write_offs.amount_base
    from {{ ref('int_document_write_offs') }} as write_offs
    cross join context
    where write_offs.write_off_date <= context.as_of_date
    union all
    select
        event_id as fact_id,
        customer_key,
        event_type as trigger_type,
        age_days,
        amount_base
    from {{ ref('int_open_legal_events') }}
)

select * from final
