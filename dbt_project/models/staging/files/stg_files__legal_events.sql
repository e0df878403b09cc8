-- Grain: one row per legal event, as last landed
with

{{ newest_row_per_key(raw('files', 'legal_events'), 'event_id') }},

final as (

    select
        'files' as source_system,
        'files:' || event_id as event_id,
        customer_id as source_customer_id,
        event_type as source_event_type,
        customer_role as source_customer_role,
        {{ safe_date('event_date') }} as event_date,
        {{ safe_date('closed_date') }} as closed_date,
        currency,
        {{ safe_decimal('amount') }} as amount,
        _file as record_file,
        _line as record_line
    from newest_rows

)

select * from final
