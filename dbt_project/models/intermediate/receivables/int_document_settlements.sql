-- Grain: one row per invoice that anything ever settled: all of it, netted once per document
{{ config(materialized='view') }}

with

movements as (

    select * from {{ ref('int_document_movements') }}

),

final as (

    select
        document_id,
        sum(settled_amount) as settled_amount,
        sum(late_amount_days) as late_amount_days,
        sum(early_amount_days) as early_amount_days,
        min(movement_date) as first_movement_date,
        max(movement_date) as last_movement_date
    from movements
    group by document_id

)

select * from final
