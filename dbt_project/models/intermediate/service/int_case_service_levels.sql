-- Grain: one row per case opened up to as_of: working time to its answer and resolution against the targets
-- An open case runs to the end of as_of, from its first opening: to the customer it is one case.
with

states as (

    select * from {{ ref('int_case_states') }}

),

targets as (

    select * from {{ ref('stg_rules__sla_targets') }}

),

clocks as (

    select * from {{ ref('int_case_clocks') }}

),

cutoffs as (

    select * from {{ ref('int_calendar_cutoffs') }}

),

measured as (

    select
        states.case_id,
        states.is_open,
        targets.at_risk_share,
        targets.response_target,
        targets.resolution_target,
        clocks.answered_second < cutoffs.cutoff_second as is_answered,
        -- an end before its beginning is a wrong record, not a quick answer
        case
            when clocks.answered_second < clocks.opened_second then null
            when
                clocks.answered_second < cutoffs.cutoff_second
                then clocks.answered_working - clocks.opened_working
            when states.is_open then cutoffs.cutoff_working - clocks.opened_working
        end as response_seconds,
        case
            when states.is_open then cutoffs.cutoff_working - clocks.opened_working
            when clocks.resolved_second < clocks.opened_second then null
            when states.resolved_at is not null and coalesce(states.reopened_at <= states.resolved_at, true)
                then clocks.resolved_working - clocks.opened_working
        end as resolution_seconds
    from states
    left join targets
        on states.case_type = targets.case_type and states.case_severity = targets.case_severity
    left join clocks
        on states.case_id = clocks.case_id and targets.calendar = clocks.calendar
    left join cutoffs
        on targets.calendar = cutoffs.calendar

),

final as (

    select
        case_id,
        response_target,
        {{ working_minutes('response_seconds') }} as response_minutes,
        {{ sla_state('coalesce(is_answered, false)', 'response') }} as response_state,
        resolution_target,
        {{ working_minutes('resolution_seconds') }} as resolution_minutes,
        {{ sla_state('not is_open', 'resolution') }} as resolution_state
    from measured

)

select * from final
