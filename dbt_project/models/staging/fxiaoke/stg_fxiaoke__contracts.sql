-- Grain: one row per contract of either generation
-- A migration leaves the old record behind: of the same id, or number at a customer, only the new one counts.
with

{{ both_generations(
    [('SaleContractObj', 'sale_contracts', 1), ('ContractObj', 'contracts', 2)],
    ['contract_id', 'contract_number', 'account_id', 'contract_type', 'status', 'signed_date', 'start_date', 'end_date',
    'amount', 'currency', 'exchange_rate', 'is_auto_renewed', 'notice_days', 'terminated_date', 'breach_date',
    'has_rights_and_duties', 'has_term', 'has_liability', 'has_payment_terms', 'has_dispute_resolution',
    'has_confidentiality'],
) }},

{{ counted_records('generations', 'source_object, contract_id') }},

compared as (

    select
        *,
        min(generation_rank) over (partition by contract_id) as first_of_id,
        min(generation_rank) over (partition by account_id, contract_number) as first_of_number
    from counted

),

final as (

    select
        'fxiaoke' as source_system,
        source_object,
        'fxiaoke:' || contract_id as contract_id,
        contract_number,
        account_id as source_customer_id,
        contract_type as source_contract_type,
        status as source_status,
        {{ safe_date('signed_date') }} as signed_date,
        {{ safe_date('start_date') }} as start_date,
        {{ safe_date('end_date') }} as end_date,
        currency,
        {{ safe_rate('exchange_rate') }} as exchange_rate,
        {{ safe_decimal('amount') }} as amount,
        {{ safe_boolean('is_auto_renewed') }} as is_auto_renewed,
        {{ safe_integer('notice_days') }} as notice_days,
        {{ safe_date('terminated_date') }} as terminated_date,
        {{ safe_date('breach_date') }} as breach_date,
        {{ safe_boolean('has_rights_and_duties') }} as has_rights_and_duties,
        {{ safe_boolean('has_term') }} as has_term,
        {{ safe_boolean('has_liability') }} as has_liability,
        {{ safe_boolean('has_payment_terms') }} as has_payment_terms,
        {{ safe_boolean('has_dispute_resolution') }} as has_dispute_resolution,
        {{ safe_boolean('has_confidentiality') }} as has_confidentiality,
        _file as record_file,
        _line as record_line
    from compared
    where generation_rank = first_of_id and (contract_number is null or generation_rank = first_of_number)

)

select * from final
