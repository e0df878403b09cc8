-- Grain: one row per contract, its value also in base currency: at its own rate, else at the rate of the
-- signature
with

contracts as (

    select * from {{ ref('int_contracts') }}

),

rates as (

    select * from {{ ref('int_document_rates') }}

),

final as (

    select
        contracts.contract_id,
        contracts.currency,
        contracts.amount,
        contracts.source_system,
        contracts.record_file,
        contracts.record_line,
        coalesce(contracts.signed_date, contracts.start_date) as concluded_date,
        coalesce(contracts.exchange_rate, rates.exchange_rate) as exchange_rate,
        {{ to_base('contracts.amount', 'coalesce(contracts.exchange_rate, rates.exchange_rate)') }}
            as amount_base
    from contracts
    left join rates
        on
            contracts.currency = rates.currency
            and coalesce(contracts.signed_date, contracts.start_date) = rates.document_date

)

select * from final
