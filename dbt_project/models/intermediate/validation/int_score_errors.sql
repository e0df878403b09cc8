-- Grain: one row per validation date, outcome and dimension: Brier score of the rates expected of the bands
with

bands as (

    select * from {{ ref('int_score_bands') }}

),

final as (

    select
        validation_date,
        outcome_id,
        dimension,
        {{ fine_sum(
            'bads * (1 - expected_rate) * (1 - expected_rate)'
            ~ ' + (customers - bads) * expected_rate * expected_rate'
        ) }} / nullif(sum(customers), 0) as brier,
        -- of the one rate of all bands together: what a score without any order would reach
        {{ fine_sum(
            'bads * (1 - base_rate) * (1 - base_rate) + (customers - bads) * base_rate * base_rate'
        ) }}
        / nullif(sum(customers), 0) as brier_reference
    from bands
    group by validation_date, outcome_id, dimension

)

select * from final
