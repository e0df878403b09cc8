-- Grain: one row per industry and first day of any source, with its customer
-- Dates are not cut off here: what counts on a day is for the models that measure.
with

records as (

    {{ union_of(['stg_files__industry_risks'], [
        'source_system', 'industry', 'valid_from', 'risk_score', 'provider', 'record_file', 'record_line',
    ]) }}

),

final as (

    select
        records.industry,
        records.valid_from,
        records.risk_score,
        records.provider,
        records.source_system,
        records.record_file,
        records.record_line
    from records

)

select * from final
