-- Grain: one row per milestone, as it stood at as_of: due, fulfilled, how many days late
-- What was fulfilled after as_of was open then. Late days run to the fulfilment, else to as_of.
with

milestones as (

    select * from {{ ref('int_priced_milestones') }}

),

context as (

    select as_of_date from {{ ref('stg_run__context') }}

),

parameters as (

    select
        max(case when parameter = 'contract_lookback_days' then value end) as lookback_days,
        max(case when parameter = 'breach_grace_days' then value end) as grace_days
    from {{ ref('stg_rules__model_parameters') }}

),

dated as (

    select
        milestones.*,
        context.as_of_date,
        milestones.planned_date <= context.as_of_date as is_due,
        coalesce(milestones.actual_date <= context.as_of_date, false) as is_fulfilled,
        {{ days_between(
            'milestones.planned_date', 'least(coalesce(milestones.actual_date, context.as_of_date), context.as_of_date)'
        ) }} as slippage_days
    from milestones
    cross join context

),

final as (

    select
        dated.milestone_id,
        dated.contract_id,
        dated.milestone_type,
        dated.responsible_party,
        dated.planned_date,
        dated.amount_base,
        dated.is_due,
        dated.is_fulfilled,
        dated.is_due and dated.slippage_days > 0 as is_late,
        dated.is_due and dated.slippage_days > parameters.grace_days as is_breach,
        case when dated.is_due then greatest(dated.slippage_days, 0) end as days_late,
        case when dated.is_fulfilled then greatest(-dated.slippage_days, 0) end as days_early,
        coalesce(
            dated.is_due
            and {{ days_between('dated.planned_date', 'dated.as_of_date') }} < parameters.lookback_days,
            false
        ) as is_recent
    from dated
    cross join parameters

)

select * from final
