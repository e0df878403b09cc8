-- Grain: one row per survey answer, as last landed
with

{{ newest_row_per_key(raw('files', 'survey_answers'), 'answer_id') }},

final as (

    select
        'files' as source_system,
        'files:' || answer_id as answer_id,
        'files:' || survey_id as survey_id,
        customer_id as source_customer_id,
        'files:' || contact_id as contact_id,
        {{ safe_date('survey_date') }} as survey_date,
        method as source_method,
        metric as source_metric,
        attribute,
        {{ safe_decimal('score', 18, 6) }} as score,
        _file as record_file,
        _line as record_line
    from newest_rows

)

select * from final
