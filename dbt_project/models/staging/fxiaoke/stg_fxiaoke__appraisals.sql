-- Grain: one row per rating of a service
with

{{ counted_records(raw('fxiaoke', 'appraisals'), 'answer_id') }},

final as (

    select
        'fxiaoke' as source_system,
        'fxiaoke:' || answer_id as answer_id,
        account_id as source_customer_id,
        'fxiaoke:' || contact_id as contact_id,
        'fxiaoke:' || case_id as case_id,
        {{ safe_date('survey_date') }} as survey_date,
        method as source_method,
        metric as source_metric,
        attribute,
        {{ safe_decimal('score', 18, 6) }} as score,
        _file as record_file,
        _line as record_line
    from counted

)

select * from final
