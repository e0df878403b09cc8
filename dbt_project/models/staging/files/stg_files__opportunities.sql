-- Grain: one row per opportunity, as last landed
with

{{ newest_row_per_key(raw('files', 'opportunities'), 'opportunity_id') }},

final as (

    select
        'files' as source_system,
        'files:' || opportunity_id as opportunity_id,
        customer_id as source_customer_id,
        stage,
        {{ safe_decimal('amount') }} as amount,
        currency,
        {{ safe_date('created_date') }} as created_date,
        {{ safe_date('close_date') }} as close_date,
        lost_reason,
        _file as record_file,
        _line as record_line
    from newest_rows

)

select * from final
