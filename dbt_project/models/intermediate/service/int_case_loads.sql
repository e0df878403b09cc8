-- Grain: one row per case opened up to as_of, with what it weighs in the complaint factors
with

states as (

    select * from {{ ref('int_case_states') }}

),

levels as (

    select * from {{ ref('int_case_service_levels') }}

),

weights as (

    select * from {{ ref('stg_rules__case_weights') }}

),

parameters as (

    select max(case when parameter = 'case_lookback_days' then value end) as lookback_days
    from {{ ref('stg_rules__model_parameters') }}

),

final as (

    select
        states.case_id,
        states.customer_key,
        states.is_open,
        states.is_dispute,
        states.case_type,
        states.case_severity,
        states.age_days,
        states.reopen_count,
        states.disputed_amount_base,
        levels.response_state,
        levels.resolution_state,
        states.age_days < parameters.lookback_days as is_recent,
        coalesce(type_weights.case_weight, 0) * coalesce(severity_weights.case_weight, 0) as complaint_weight,
        coalesce(way_weights.case_weight, 0) + coalesce(result_weights.case_weight, 0) as escalation_weight,
        case when states.is_open then levels.resolution_minutes / nullif(levels.resolution_target, 0) end
            as target_share_used
    from states
    cross join parameters
    inner join levels
        on states.case_id = levels.case_id
    left join weights as type_weights
        on states.case_type = type_weights.case_value and type_weights.case_attribute = 'case_type'
    left join weights as severity_weights
        on states.case_severity = severity_weights.case_value and severity_weights.case_attribute = 'severity'
    left join weights as way_weights
        on states.resolution_way = way_weights.case_value and way_weights.case_attribute = 'resolution_way'
    left join weights as result_weights
        on
            states.resolution_result = result_weights.case_value
            and result_weights.case_attribute = 'resolution_result'

)

select * from final
