-- Grain: one row per loyalty entry, as last landed
with

{{ newest_row_per_key(raw('files', 'loyalty_entries'), 'entry_id') }},

final as (

    select
        'files' as source_system,
        'files:' || entry_id as entry_id,
        customer_id as source_customer_id,
        {{ safe_date('entry_date') }} as entry_date,
        entry_type as source_entry_type,
        {{ safe_decimal('points') }} as points,
        {{ safe_date('expiry_date') }} as expiry_date,
        plan,
        plan_tier,
        _file as record_file,
        _line as record_line
    from newest_rows

)

select * from final
