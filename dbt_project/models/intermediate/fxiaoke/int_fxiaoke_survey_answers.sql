-- Grain: one row per rating of a service, with the customer it names or that of the case it is about
{{ config(materialized='view') }}

with

ratings as (

    select * from {{ ref('stg_fxiaoke__appraisals') }}

),

cases as (

    select * from {{ ref('stg_fxiaoke__cases') }}

),

final as (

    select
        ratings.source_system,
        ratings.answer_id,
        ratings.answer_id as survey_id,
        coalesce(ratings.source_customer_id, cases.source_customer_id) as source_customer_id,
        coalesce(ratings.contact_id, cases.contact_id) as contact_id,
        ratings.survey_date,
        ratings.source_method,
        ratings.source_metric,
        ratings.attribute,
        ratings.score,
        ratings.record_file,
        ratings.record_line
    from ratings
    left join cases
        on ratings.case_id = cases.case_id

)

select * from final
