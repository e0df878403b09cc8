-- Grain: one row per review of a customer made up to as_of
with

rules as (

    select * from {{ ref('risk_reviews') }}

),

context as (

    select * from {{ ref('stg_run__context') }}

),

final as (

    select
        rules.review_id,
        rules.source_system,
        rules.source_customer_id,
        rules.reviewed_by,
        rules.effective_from as reviewed_date
    from rules
    cross join context
    where rules.effective_from <= context.as_of_date

)

select * from final
