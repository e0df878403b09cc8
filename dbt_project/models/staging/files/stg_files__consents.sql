-- Grain: one row per consent, as last landed
with

{{ newest_row_per_key(raw('files', 'consents'), 'consent_id') }},

final as (

    select
        'files' as source_system,
        'files:' || consent_id as consent_id,
        customer_id as source_customer_id,
        'files:' || contact_id as contact_id,
        purpose as source_purpose,
        legal_basis as source_legal_basis,
        channel as source_channel,
        {{ safe_date('given_date') }} as given_date,
        {{ safe_date('withdrawn_date') }} as withdrawn_date,
        {{ safe_date('expiry_date') }} as expiry_date,
        _file as record_file,
        _line as record_line
    from newest_rows

)

select * from final
