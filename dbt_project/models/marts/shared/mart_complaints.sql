-- Grain: one row per complaint, dispute or service request opened up to as_of, open or closed. No person, no
-- free text: who and what stands in the source, by the case's number.
with context as (
    select * from {{ ref('stg_run__context') }}
),

states as (
    select * from {{ ref('int_case_states') }}
),

levels as (
    select * from {{ ref('int_case_service_levels') }}
),

customers as (
    select
        customer_key,
        customer_id
    from {{ ref('int_customers') }}
),

final as (
    select
        {{ md5_key(['context.as_of_date', 'states.case_id']) }} as complaint_key,
        context.as_of_date,
        states.case_id,
        states.case_number,
        states.customer_key,
        customers.customer_id,
        states.case_type,
        states.case_severity,
        states.channel,
        case when states.is_open then 'open' else 'closed' end as case_status,
        states.opened_date,
        states.opened_at,
        states.first_response_at,
        states.resolved_at,
        states.reopened_at,
        states.reopen_count,
        states.days_open,
        cast(levels.response_target as int) as response_target,
        cast(levels.response_minutes as double) as response_minutes,
        levels.response_state,
        cast(levels.resolution_target as int) as resolution_target,
        cast(levels.resolution_minutes as double) as resolution_minutes,
        levels.resolution_state,
        states.is_open and levels.resolution_state = 'breached' as is_backlog,
        states.resolution_way,
        states.resolution_result,
        states.is_dispute,
        states.document_id,
        states.currency,
        cast(states.disputed_amount as decimal(18, 2)) as disputed_amount,
        cast(states.disputed_amount_base as decimal(18, 2)) as disputed_amount_base,
        context.rules_version,
        context.run_id
    from states
    cross join context
    inner join levels on states.case_id = levels.case_id
    left join customers on states.customer_key = customers.customer_key
)

select * from final
