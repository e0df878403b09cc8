-- Grain: one row per consent that was given, as last modified; one still pending has no date
with

{{ newest_row_per_key(raw('zoho_crm', 'consents'), 'consent_id', modified='modified_time') }},

final as (

    select
        'zoho_crm' as source_system,
        'zoho_crm:' || consent_id as consent_id,
        'zoho_crm:' || contact_id as contact_id,
        email_key,
        consent_purpose as source_purpose,
        data_processing_basis as source_legal_basis,
        {{ safe_boolean('contact_through_email') }} as allows_email,
        {{ safe_boolean('contact_through_phone') }} as allows_phone,
        {{ safe_boolean('contact_through_survey') }} as allows_survey,
        {{ safe_date('consent_date') }} as given_date,
        {{ safe_date('withdrawn_date') }} as withdrawn_date,
        {{ safe_date('consent_expiry') }} as expiry_date,
        _file as record_file,
        _line as record_line
    from newest_rows
    where consent_date is not null

)

select * from final
