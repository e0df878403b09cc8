-- Grain: one row per milestone, its value also in base currency
-- A milestone without a currency is in its contract's; in the contract's currency it takes the contract's
-- rate.
with

milestones as (

    select * from {{ ref('int_contract_milestones') }}

),

contracts as (

    select * from {{ ref('int_priced_contracts') }}

),

rates as (

    select * from {{ ref('int_document_rates') }}

),

rated as (

    select
        milestones.*,
        contracts.contract_id is null as is_orphan,
        case
            when coalesce(milestones.currency, contracts.currency) = contracts.currency
                then coalesce(contracts.exchange_rate, rates.exchange_rate)
            else rates.exchange_rate
        end as exchange_rate
    from milestones
    left join contracts
        on milestones.contract_id = contracts.contract_id
    left join rates
        on
            milestones.currency = rates.currency
            and milestones.planned_date = rates.document_date

),

final as (

    select
        milestone_id,
        contract_id,
        milestone_type,
        responsible_party,
        planned_date,
        actual_date,
        amount,
        {{ to_base('amount', 'exchange_rate') }} as amount_base,
        is_orphan,
        source_system,
        record_file,
        record_line
    from rated

)

select * from final
