-- Grain: one row per survey answer of any source, with its customer
-- Dates are not cut off here: what counts on a day is for the models that measure.
with

records as (

    {{ union_of(['stg_files__survey_answers', 'int_fxiaoke_survey_answers'], [
        'source_system', 'answer_id', 'survey_id', 'source_customer_id', 'contact_id', 'survey_date',
        'source_method', 'source_metric', 'attribute', 'score', 'record_file', 'record_line',
    ]) }}

),

identities as (

    select * from {{ ref('int_customer_identities') }}

),

contacts as (

    select
        contact_id,
        customer_key
    from {{ ref('int_contacts') }}

),

method_values as (

    {{ values_of('survey_answers', 'method') }}

),

metric_values as (

    {{ values_of('survey_answers', 'metric') }}

),

final as (

    select
        records.answer_id,
        records.survey_id,
        coalesce(identities.customer_key, contacts.customer_key) as customer_key,
        records.contact_id,
        records.survey_date,
        {{ canonical('method') }} as method,
        {{ canonical('metric') }} as metric,
        records.attribute,
        records.score,
        records.source_system,
        records.record_file,
        records.record_line
    from records
    left join identities
        on
            records.source_system = identities.source_system
            and records.source_customer_id = identities.source_customer_id
    left join contacts
        on records.contact_id = contacts.contact_id
    left join method_values
        on
            records.source_system = method_values.source
            and lower(trim(records.source_method)) = method_values.source_value
    left join metric_values
        on
            records.source_system = metric_values.source
            and lower(trim(records.source_metric)) = metric_values.source_value
    where
        {{ canonical('method') }} is not null
        and {{ canonical('metric') }} is not null

)

select * from final
