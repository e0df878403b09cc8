-- Grain: one row per care contact, as last landed
with

{{ newest_row_per_key(raw('files', 'care_contacts'), 'care_id') }},

final as (

    select
        'files' as source_system,
        'files:' || care_id as care_id,
        customer_id as source_customer_id,
        'files:' || contact_id as contact_id,
        {{ safe_date('care_date') }} as care_date,
        care_type as source_care_type,
        channel as source_channel,
        outcome as source_outcome,
        owner_id,
        _file as record_file,
        _line as record_line
    from newest_rows

)

select * from final
