-- Grain: one row per industry and first day, as last landed
with

{{ newest_row_per_key(raw('files', 'industry_risks'), 'industry, valid_from') }},

final as (

    select
        'files' as source_system,
        industry,
        {{ safe_date('valid_from') }} as valid_from,
        {{ safe_decimal('risk_score', 18, 6) }} as risk_score,
        provider,
        _file as record_file,
        _line as record_line
    from newest_rows

)

select * from final
