-- Grain: one row per customer with money overdue: the step of the first collection rule whose conditions all
-- hold
with

context as (

    select as_of_date from {{ ref('stg_run__context') }}

),

customers as (

    select * from {{ ref('int_collection_standings') }}

),

legal_events as (

    select distinct
        customer_key,
        event_type
    from {{ ref('int_open_legal_events') }}

),

rules as (

    select * from {{ ref('stg_rules__collection_steps') }}

),

ranked as (

    select
        customers.customer_key,
        customers.hold_reason,
        customers.intensity_score,
        customers.last_action_date,
        customers.promise_last_day,
        rules.step_id,
        rules.step_rank,
        rules.step_en,
        rules.step_zh,
        rules.reason_en,
        rules.reason_zh,
        rules.responsible,
        rules.respond_days,
        rules.quiet_days_below,
        row_number() over (
            partition by customers.customer_key
            order by rules.priority asc nulls last, rules.step_id asc nulls last
        ) as rule_position
    from customers
    inner join rules
        on
            coalesce(customers.hold_reason, 'none') = coalesce(rules.hold_reason, 'none')
            and customers.intensity_rank >= rules.level_rank_from
            and customers.collectable_dpd >= rules.dpd_from
            and customers.previous_step_rank >= rules.previous_rank_from
            and customers.previous_step_rank < coalesce(
                rules.previous_rank_below, customers.previous_step_rank + 1
            )
            and (rules.quiet_days_below is null or customers.days_since_last_action < rules.quiet_days_below)
            and customers.is_promise_broken
            = coalesce(rules.after_broken_promise, customers.is_promise_broken)
    left join legal_events
        on
            customers.customer_key = legal_events.customer_key
            and rules.legal_event = legal_events.event_type
    where rules.legal_event is null or legal_events.event_type is not null

),

final as (

    select
        ranked.customer_key,
        ranked.intensity_score,
        ranked.step_id,
        ranked.step_rank,
        ranked.step_en,
        ranked.step_zh,
        ranked.reason_en as step_reason_en,
        ranked.reason_zh as step_reason_zh,
        ranked.responsible,
        -- a wait ends when the last step has had its days, or the promise its own
        case
            when ranked.quiet_days_below is not null
                then {{ add_days('ranked.last_action_date', 'ranked.quiet_days_below') }}
            when ranked.hold_reason = 'promised' then {{ add_days('ranked.promise_last_day', '1') }}
            else {{ add_days('context.as_of_date', 'ranked.respond_days') }}
        end as action_due_date
    from ranked
    cross join context
    where ranked.rule_position = 1

)

select * from final
