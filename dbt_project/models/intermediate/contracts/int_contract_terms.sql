-- Grain: one row per contract concluded up to as_of: where it stands in its term on that day
-- The register's status is today's: ends and terminations after as_of had not happened. A completed contract
-- runs until its end or until its last milestone is fulfilled.
with

contracts as (

    select * from {{ ref('int_contracts') }}

),

priced as (

    select * from {{ ref('int_priced_contracts') }}

),

fulfilment as (

    select * from {{ ref('int_contract_fulfilment') }}

),

context as (

    select as_of_date from {{ ref('stg_run__context') }}

),

parameters as (

    select
        max(case when parameter = 'contract_lookback_days' then value end) as lookback_days,
        max(case when parameter = 'expiry_horizon_days' then value end) as horizon_days
    from {{ ref('stg_rules__model_parameters') }}

),

dated as (

    select
        contracts.*,
        priced.concluded_date,
        priced.amount_base,
        context.as_of_date,
        parameters.lookback_days,
        parameters.horizon_days,
        coalesce(contracts.is_auto_renewed, false) as renews,
        coalesce(fulfilment.milestones_open, 0) as milestones_open,
        {{ days_between('context.as_of_date', 'contracts.end_date') }} as days_to_end,
        {{ add_days('contracts.end_date', '-coalesce(contracts.notice_days, 0)') }} as notice_date
    from contracts
    cross join context
    cross join parameters
    inner join priced
        on contracts.contract_id = priced.contract_id
    left join fulfilment
        on contracts.contract_id = fulfilment.contract_id
    where coalesce(priced.concluded_date, context.as_of_date) <= context.as_of_date

),

final as (

    select
        *,
        {{ contract_state() }} as contract_state
    from dated

)

select * from final
