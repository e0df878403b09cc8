-- Grain: one row per contract, as last landed
with

{{ newest_row_per_key(raw('files', 'contracts'), 'contract_id') }},

final as (

    select
        'files' as source_system,
        'files:' || contract_id as contract_id,
        contract_number,
        customer_id as source_customer_id,
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
    from newest_rows

)

select * from final
