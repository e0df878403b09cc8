-- Grain: one row per contract of any source, with its customer
-- Dates are not cut off here: what counts on a day is for the models that measure.
with

records as (

    {{ union_of(['stg_files__contracts', 'stg_fxiaoke__contracts'], [
        'source_system', 'contract_id', 'contract_number', 'source_customer_id', 'source_contract_type',
        'source_status', 'signed_date', 'start_date', 'end_date', 'currency', 'exchange_rate', 'amount',
        'is_auto_renewed', 'notice_days', 'terminated_date', 'breach_date', 'has_rights_and_duties',
        'has_term', 'has_liability', 'has_payment_terms', 'has_dispute_resolution', 'has_confidentiality',
        'record_file', 'record_line',
    ]) }}

),

identities as (

    select * from {{ ref('int_customer_identities') }}

),

contract_type_values as (

    {{ values_of('contracts', 'contract_type') }}

),

status_values as (

    {{ values_of('contracts', 'status') }}

),

final as (

    select
        records.contract_id,
        records.contract_number,
        identities.customer_key,
        {{ canonical('contract_type') }} as contract_type,
        {{ canonical('status') }} as status,
        records.signed_date,
        records.start_date,
        records.end_date,
        records.currency,
        records.exchange_rate,
        records.amount,
        records.is_auto_renewed,
        records.notice_days,
        records.terminated_date,
        records.breach_date,
        records.has_rights_and_duties,
        records.has_term,
        records.has_liability,
        records.has_payment_terms,
        records.has_dispute_resolution,
        records.has_confidentiality,
        records.source_system,
        records.record_file,
        records.record_line
    from records
    left join identities
        on
            records.source_system = identities.source_system
            and records.source_customer_id = identities.source_customer_id
    left join contract_type_values
        on
            records.source_system = contract_type_values.source
            and lower(trim(records.source_contract_type)) = contract_type_values.source_value
    left join status_values
        on
            records.source_system = status_values.source
            and lower(trim(records.source_status)) = status_values.source_value
    where
        {{ canonical('contract_type') }} is not null
        and {{ canonical('status') }} is not null

)

select * from final
